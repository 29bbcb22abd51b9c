//! `Manifest`: what is known about a backup without unpacking it.

use std::path::PathBuf;

use domain::{BackupView, DisplayName, Storage, TenantId, TenantName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::Summary;

/// The version of the backup format that this program writes.
pub(crate) const FORM: u32 = 1;

/// A stored backup.
#[derive(Debug, Clone)]
pub(crate) struct Backup {
    /// The compressed database file.
    pub(crate) file: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Backup {
    /// The backup as the operator sees it.
    pub(crate) fn view(&self) -> BackupView {
        let Manifest { about, bytes, compressed_bytes, .. } = &self.manifest;
        BackupView {
            file: self.file.display().to_string(),
            tenant: about.tenant,
            name: about.name.clone(),
            taken_at: about.taken_at,
            storage: about.storage,
            schema_version: about.summary.schema_version,
            rows: about.summary.rows.values().sum(),
            bytes: *bytes,
            compressed_bytes: *compressed_bytes,
        }
    }
}

/// The description of a backup, with the checksums that show whether it is complete. A field that is added later must be left
/// out of the JSON while it has its default, so that the seals of older manifests stay valid.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    /// The version of the backup format, 1.
    pub(crate) form: u32,
    /// The backup's number among the tenant's backups, counted from 1. It keeps their order when the clock is set back. 0 means
    /// that the manifest is older than this field.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) sequence: u64,
    #[serde(flatten)]
    pub(crate) about: About,
    /// The size of the database, in bytes.
    pub(crate) bytes: u64,
    /// The SHA-256 of the database, in hexadecimal.
    pub(crate) sha256: String,
    /// The size of the compressed file, in bytes.
    pub(crate) compressed_bytes: u64,
    /// The SHA-256 of the compressed file, in hexadecimal.
    pub(crate) compressed_sha256: String,
    /// The seal, which proves that this Freehold made the backup: see `seal.rs`. `None` means that the backup is older than
    /// seals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seal: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The tenant of a backed-up database, and what it held at that time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    pub(crate) tenant: TenantId,
    pub(crate) name: TenantName,
    pub(crate) display_name: DisplayName,
    pub(crate) key_epoch: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) storage: Storage,
    pub(crate) database: String,
    pub(crate) summary: Summary,
    pub(crate) taken_at: Timestamp,
}
