//! Backups that were begun or removed and not finished. Whatever of a backup has no manifest under its own name has one, or
//! itself, under a name that ends in `.new`: so that what is half there is known, and nothing else is ever removed.

use std::{fs, io, path::Path};

use super::files::{files_in, manifest_of};
use crate::storage::{StorageError, local::beside};

/// Removes a backup that is not whole.
pub(super) fn take_back(file: &Path) -> Result<(), StorageError> {
    let manifest = manifest_of(file);
    remove(&beside(file))?;
    if !manifest.exists() {
        remove(file)?;
    }
    remove(&beside(&manifest)) // last: it tells of the others
}

/// Removes all that are not whole in the folder of a tenant's backups.
pub(super) fn take_back_all(folder: &Path) -> Result<(), StorageError> {
    for file in files_in(folder)? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = name.strip_suffix(".json.new").or_else(|| name.strip_suffix(".db.zst.new"));
        if let Some(stem) = stem {
            take_back(&file.with_file_name(format!("{stem}.db.zst")))?;
        }
    }
    Ok(())
}

/// Removes a file; none there is fine.
pub(super) fn remove(file: &Path) -> Result<(), StorageError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
