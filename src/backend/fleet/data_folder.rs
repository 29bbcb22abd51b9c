//! The data folder: where everything is, and the lock that makes one process its owner. No database is opened without it.
//!
//! `lock` · `secret` · `operator.sock` · `catalog.db` · `template.db` · `tenants/<last 2 of id>/<database>.db` ·
//! `backups/<tenant id>/…` · `scratch/…`, which is emptied at each start

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};
use storage::StorageError;

use crate::OpenError;

/// The free space with which a disk counts as full, in bytes.
const ROOM: u64 = 256 * 1024;

/// The folder, locked for as long as this lives.
pub(crate) struct DataFolder {
    root: PathBuf,
    _lock: File,
}

/// Where the operator's commands reach the process that serves this folder.
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("operator.sock")
}

impl DataFolder {
    /// Makes the folder if it is not there, and takes its lock.
    pub(crate) fn lock(root: &Path) -> Result<Self, OpenError> {
        // Whatever is made from here on is for this user alone, also in a folder that others may enter.
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
        let failed = |source: io::Error| OpenError::Folder { folder: root.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(root).map_err(failed)?;
        look_at_its_mode(root, fs::metadata(root).map_err(failed)?.mode())?;
        let lock = File::options().create(true).truncate(false).write(true).open(root.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::Locked { folder: root.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // Absolute, so that nothing moves when the process changes its folder.
        let root = fs::canonicalize(root).map_err(failed)?;
        if root.to_str().is_none() {
            return Err(failed(io::Error::other("its path is not UTF-8; name another folder with --data")));
        }
        let scratch = root.join("scratch");
        match fs::remove_dir_all(&scratch) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => fs::create_dir(&scratch).map_err(failed)?,
        }
        Ok(Self { root, _lock: lock })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn catalog(&self) -> PathBuf {
        self.root.join("catalog.db")
    }

    /// Whether its disk has room for what the next requests write.
    pub(crate) fn has_room(&self) -> Result<(), StorageError> {
        let disk = rustix::fs::statvfs(&self.root).map_err(io::Error::from)?;
        let is_full = disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM || (disk.f_files > 0 && disk.f_favail == 0);
        if is_full { Err(StorageError::Full) } else { Ok(()) }
    }

    /// Where a catalog is that is about to be put in place.
    pub(crate) fn restoring(&self) -> PathBuf {
        self.root.join("catalog.db.restoring")
    }

    /// Where the databases of tenants are that are kept on files.
    pub(crate) fn tenants(&self) -> PathBuf {
        self.root.join("tenants")
    }

    /// Why the folder cannot be used.
    pub(crate) fn failed(&self, source: io::Error) -> OpenError {
        OpenError::Folder { folder: self.root.clone(), source }
    }

    pub(crate) fn default_secret(&self) -> PathBuf {
        self.root.join("secret")
    }

    /// Where files are that a crash may leave: it is emptied at each start.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }

    /// Where backups are, unless the settings say otherwise.
    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }
}

/// Refuses a folder in which everybody may write. A group may have to: what Kubernetes mounts with `fsGroup` is its group's.
fn look_at_its_mode(root: &Path, mode: u32) -> Result<(), OpenError> {
    if mode & 0o002 != 0 {
        return Err(OpenError::Writable { folder: root.to_owned() });
    }
    if mode & 0o020 != 0 {
        let folder = root.display();
        tracing::warn!(%folder, "the data folder may be written by its group: whoever is in it could put a database there");
    }
    Ok(())
}
