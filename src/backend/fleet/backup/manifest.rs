//! What is known of a backup without opening it.

use std::path::PathBuf;

use domain::{BackupView, DisplayName, Storage, TenantId, TenantName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::Summary;

/// The form of manifest and file that this program writes.
pub(crate) const FORM: u32 = 1;

/// A backup that is there.
#[derive(Debug, Clone)]
pub(crate) struct Backup {
    /// The compressed database.
    pub(crate) file: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Backup {
    /// As the operator sees it.
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

/// What a backup is, and how to tell that it is whole. A field that is added later is left out where it has its default, so
/// that the seals of older manifests stay good.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    /// 1.
    pub(crate) form: u32,
    /// Which of the tenant's backups it is, counted from 1: a clock that is set back changes nothing in that. 0 in a manifest
    /// that was written before they were counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) sequence: u64,
    #[serde(flatten)]
    pub(crate) about: About,
    /// How large the database is, in bytes.
    pub(crate) bytes: u64,
    /// SHA-256 of it, in hexadecimal.
    pub(crate) sha256: String,
    /// How large the compressed file is.
    pub(crate) compressed_bytes: u64,
    /// SHA-256 of that.
    pub(crate) compressed_sha256: String,
    /// That this Freehold made it: see `seal.rs`. Backups from before there were seals have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seal: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Whose database it is, and what it held when.
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
