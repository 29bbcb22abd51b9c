//! Files that last: what a new, renamed or removed name needs so that a power cut finds it as it was left.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use crate::storage::Result;

/// The name under which a file is made before it gets its own.
pub(crate) fn beside(path: &Path) -> PathBuf {
    with_suffix(path, ".new")
}

/// Writes the folder that a name is in: only then does the name last.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Removes a database's files; none there is fine.
pub(crate) fn remove_database(path: &Path) -> Result<()> {
    for suffix in ["-wal", "-shm", ""] {
        match fs::remove_file(with_suffix(path, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(suffix);
    file.into()
}
