//! The template: a tenant's database as it is before anybody is in it, migrated once and copied for each new tenant.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{
    Database,
    files::{remove_database, sync_folder},
};
use crate::storage::{Result, TENANT};

/// The file to copy.
pub(crate) struct Template(PathBuf);

impl Template {
    /// Makes it anew in `folder`, so that it is always of this program's schema.
    pub(crate) fn make(folder: &Path, now: Timestamp) -> Result<Self> {
        let path = folder.join("template.db");
        remove_database(&path)?;
        Database::create(&path, &TENANT, now)?;
        Ok(Self(path))
    }

    /// Copies it to `target`, which must not exist. When this returns, the copy survives a power cut.
    pub(crate) fn copy_to(&self, target: &Path) -> Result<()> {
        if let Some(folder) = target.parent().filter(|folder| !folder.is_dir()) {
            fs::create_dir_all(folder)?;
            sync_folder(folder)?;
        }
        let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(target)?;
        io::copy(&mut File::open(&self.0)?, &mut copy)?;
        copy.sync_all()?;
        Ok(sync_folder(target)?)
    }
}
