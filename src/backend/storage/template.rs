//! The template: a tenant's database as it is before anybody is in it, migrated once and copied for each new tenant.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::{Database, Result, TENANT};

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
        let folder = target.parent().unwrap_or(Path::new("."));
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            sync_folder(folder.parent().unwrap_or(folder))?;
        }
        let mut copy = OpenOptions::new().write(true).create_new(true).open(target)?;
        io::copy(&mut File::open(&self.0)?, &mut copy)?;
        copy.sync_all()?;
        Ok(sync_folder(folder)?)
    }
}

/// Removes a database's files; none there is fine.
pub(crate) fn remove_database(path: &Path) -> Result<()> {
    for suffix in ["-wal", "-shm", ""] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// A new or removed name in a folder lasts only once the folder is written.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
