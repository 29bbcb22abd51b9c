//! Files that last: what a new, renamed or removed name needs so that a power cut finds it as it was left.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
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

/// Makes the folder of a file, so that it lasts.
pub(crate) fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) else { return Ok(()) };
    fs::create_dir_all(folder)?;
    sync_folder(folder)
}

/// Copies a file, for this user alone: all of it is there under its name, and lasts, or nothing is.
pub(crate) fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    let new = beside(to);
    let mut copy = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()?;
    fs::rename(&new, to)?;
    sync_folder(to)
}

/// Removes a database's files; none there is fine. When it returns, they stay away.
pub(crate) fn remove_database(path: &Path) -> Result<()> {
    let new = beside(path);
    let all =
        [with_suffix(path, "-wal"), with_suffix(path, "-shm"), with_suffix(path, "-journal"), new, path.to_owned()];
    for file in all {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    match sync_folder(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The databases in a folder of folders: what of them is a file that none of them is known by is theirs too.
pub(crate) fn databases_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for inner in fs::read_dir(folder)? {
        let inner = inner?.path();
        if inner.is_dir() {
            for file in fs::read_dir(inner)? {
                found.push(stem(&file?.path()));
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The database that a file belongs to: itself, or the one that it is beside.
fn stem(file: &Path) -> PathBuf {
    let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let name = [".new", "-wal", "-shm", "-journal"].iter().fold(name, |name, suffix| name.trim_end_matches(suffix));
    file.with_file_name(name)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(suffix);
    file.into()
}
