//! Bodies that the Platform API sends and takes, as far as they are used here.

use domain::Secret;
use serde::{Deserialize, Serialize};

/// A database, as the Platform API describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Database {
    #[serde(rename = "Name")]
    pub name: String,
    /// The host name of the database. It must be kept and never computed.
    #[serde(rename = "Hostname")]
    pub hostname: String,
    #[serde(rename = "DbId")]
    pub id: String,
}

/// Size of a database, and its row counts since the month began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Usage {
    #[serde(rename = "storage_bytes", default)]
    pub bytes: u64,
    #[serde(default)]
    pub rows_read: u64,
    #[serde(default)]
    pub rows_written: u64,
}

/// Settings of a database. In a change, `None` leaves a setting as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Bytes, or with a unit: `256mb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_limit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_reads: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_writes: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_protection: Option<bool>,
}

/// `{"database": …}` with a database, its name or its usage.
#[derive(Deserialize)]
pub(super) struct One<T> {
    pub(super) database: T,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) databases: Vec<Named>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(rename = "Name")]
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Totalled {
    pub(super) total: Usage,
}

#[derive(Deserialize)]
pub(super) struct Minted {
    pub(super) jwt: Secret,
}

/// The body of an error answer of the Platform API.
#[derive(Deserialize)]
pub(super) struct Refusal {
    pub(super) error: String,
}
