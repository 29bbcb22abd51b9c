//! The data folder: the paths in it, and the lock that makes one process its owner. No database is opened without that lock.
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

/// With less free space than this, in bytes, a disk counts as full.
const ROOM: u64 = 256 * 1024;

/// The data folder. It stays locked until this is dropped.
pub(crate) struct DataFolder {
    root: PathBuf,
    _lock: File,
}

/// The socket on which the serving process takes the operator's commands.
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("operator.sock")
}

impl DataFolder {
    /// Creates the folder if it does not exist, and takes its lock.
    pub(crate) fn lock(root: &Path) -> Result<Self, OpenError> {
        // Only this user may read the files that the process creates, even in a folder that other users may enter.
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
        // Absolute, so that the paths stay valid when the process changes its working directory.
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

    /// Checks that the disk has room for the writes of the next requests.
    pub(crate) fn has_room(&self) -> Result<(), StorageError> {
        let disk = rustix::fs::statvfs(&self.root).map_err(io::Error::from)?;
        let is_full = disk.f_bavail.saturating_mul(disk.f_frsize) < ROOM || (disk.f_files > 0 && disk.f_favail == 0);
        if is_full { Err(StorageError::Full) } else { Ok(()) }
    }

    /// The path of a catalog that `freehold catalog restore` is about to put in place.
    pub(crate) fn restoring(&self) -> PathBuf {
        self.root.join("catalog.db.restoring")
    }

    /// The folder of the local databases of tenants.
    pub(crate) fn tenants(&self) -> PathBuf {
        self.root.join("tenants")
    }

    /// The error for a folder that cannot be used.
    pub(crate) fn failed(&self, source: io::Error) -> OpenError {
        OpenError::Folder { folder: self.root.clone(), source }
    }

    pub(crate) fn default_secret(&self) -> PathBuf {
        self.root.join("secret")
    }

    /// The folder for temporary files. It is emptied at each start, because a crash may leave files in it.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.root.join("scratch")
    }

    /// The default backups folder.
    pub(crate) fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }
}

/// Refuses a folder in which all users of the machine may write. Write access for the group is only logged, because Kubernetes
/// gives a volume that is mounted with `fsGroup` to that group.
fn look_at_its_mode(root: &Path, mode: u32) -> Result<(), OpenError> {
    if mode & 0o002 != 0 {
        return Err(OpenError::Writable { folder: root.to_owned() });
    }
    if mode & 0o020 != 0 {
        let folder = root.display();
        tracing::warn!(%folder, "the data folder may be written by its group: its members could put a database there");
    }
    Ok(())
}
