//! A backup, as the operator sees it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Storage, TenantId, TenantName};

/// A backup of one tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// The compressed database; its manifest is beside it.
    pub file: String,
    /// Whose it is.
    pub tenant: TenantId,
    /// What that was called then.
    pub name: TenantName,
    /// When it was taken.
    #[serde(with = "crate::time")]
    pub taken_at: Timestamp,
    /// What the database was kept on.
    pub storage: Storage,
    /// How many migrations it had seen.
    pub schema_version: i64,
    /// How many rows are in it.
    pub rows: u64,
    /// How large the database is, in bytes.
    pub bytes: u64,
    /// How large the file is, in bytes.
    pub compressed_bytes: u64,
}
