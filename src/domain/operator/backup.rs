//! `BackupView`: a backup as the operator sees it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Storage, TenantId, TenantName};

/// A backup of one tenant.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// The path of the compressed database. The manifest is beside it.
    pub file: String,
    /// The tenant whose database it is.
    pub tenant: TenantId,
    /// The tenant's name when the backup was made.
    pub name: TenantName,
    /// When the backup was made.
    #[serde(with = "crate::time")]
    pub taken_at: Timestamp,
    /// The storage of the database when the backup was made.
    pub storage: Storage,
    /// The schema version: the number of migrations that were applied to the database.
    pub schema_version: i64,
    /// The number of rows in the database.
    pub rows: u64,
    /// The size of the database, in bytes.
    pub bytes: u64,
    /// The size of the compressed file, in bytes.
    pub compressed_bytes: u64,
}
