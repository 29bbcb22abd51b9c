//! What the Platform API sends and takes, as far as it is used here.

use domain::Secret;
use serde::{Deserialize, Serialize};

/// A database, as the Platform API knows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Database {
    #[serde(rename = "Name")]
    pub name: String,
    /// Where it answers: to be kept, never computed.
    #[serde(rename = "Hostname")]
    pub hostname: String,
    #[serde(rename = "DbId")]
    pub id: String,
}

/// What a database holds, and what was done in it since the month began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Usage {
    #[serde(rename = "storage_bytes", default)]
    pub bytes: u64,
    #[serde(default)]
    pub rows_read: u64,
    #[serde(default)]
    pub rows_written: u64,
}

/// The settings of a database. To be set: what is `None` stays as it is.
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

/// `{"database": …}`: a database, or its name, or its usage.
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

/// How the Platform API says why not.
#[derive(Deserialize)]
pub(super) struct Refusal {
    pub(super) error: String,
}
