//! Unfinished backups: a crash came while one was written or removed. A file of an unfinished backup ends in `.new`, or its
//! manifest does, so recovery recognises it by name and removes nothing else. Copies of the catalog follow the same rule.

use std::{
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use jiff::Timestamp;
use storage::{
    StorageError,
    files::{beside, remove_database},
};

use super::files::{files_in, is_catalog_copy, manifest_of};

/// A copy of the catalog that was written to within this time may belong to another Freehold that uses the same folder.
const AT_WORK: Duration = Duration::from_hours(1);

/// Removes an unfinished backup.
pub(crate) fn take_back(file: &Path) -> Result<(), StorageError> {
    let manifest = manifest_of(file);
    remove(&beside(file))?;
    if !manifest.exists() {
        remove(file)?;
    }
    remove(&beside(&manifest)) // last: recovery finds the other files by it
}

/// Removes all unfinished backups in a tenant's backups folder.
pub(crate) fn take_back_all(folder: &Path) -> Result<(), StorageError> {
    for file in files_in(folder)? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = name.strip_suffix(".json.new").or_else(|| name.strip_suffix(".db.zst.new"));
        if let Some(stem) = stem {
            take_back(&file.with_file_name(format!("{stem}.db.zst")))?;
        }
    }
    Ok(())
}

/// Removes unfinished copies of the catalog. It matches their full names.
pub(crate) fn take_back_catalogs(folder: &Path, now: Timestamp) -> Result<(), StorageError> {
    for file in files_in(folder)?.iter().filter(|file| is_catalog_copy(file, ".db.new")) {
        if is_left(file, now)? {
            remove_database(file)?;
            tracing::info!(file = %file.display(), "an unfinished copy of the catalog is removed");
        }
    }
    Ok(())
}

fn is_left(file: &Path, now: Timestamp) -> Result<bool, StorageError> {
    let found = fs::symlink_metadata(file)?;
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now.as_millisecond().unsigned_abs());
    let since = now.duration_since(found.modified()?).unwrap_or_default();
    Ok(found.is_file() && since >= AT_WORK)
}

/// Removes a file. A missing file is not an error.
pub(crate) fn remove(file: &Path) -> Result<(), StorageError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
