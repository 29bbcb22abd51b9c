//! The files of a backup: which belong together, and what is in a manifest.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::manifest::{Backup, FORM, Manifest};
use crate::storage::StorageError;

/// The manifest beside a compressed database; of a manifest, itself.
pub(super) fn manifest_of(file: &Path) -> PathBuf {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.trim_end_matches(".json").trim_end_matches(".db.zst");
    file.with_file_name(format!("{stem}.json"))
}

/// Writes a manifest, so that it lasts once its folder does.
pub(super) fn write_manifest(manifest: &Manifest, to: &Path) -> Result<(), StorageError> {
    let text = serde_json::to_vec_pretty(manifest).map_err(std::io::Error::from)?;
    fs::write(to, text)?;
    Ok(fs::File::open(to)?.sync_all()?)
}

/// The backup of a manifest; or why there is none.
pub(super) fn read(manifest: &Path) -> Result<Backup, String> {
    let text = fs::read(manifest).map_err(|error| error.to_string())?;
    let read: Manifest = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    if read.form != FORM {
        return Err(format!("it is of form {}, and this program reads {FORM}", read.form));
    }
    Ok(Backup { file: manifest.with_extension("db.zst"), manifest: read })
}

/// What is in a folder; one that is not there is empty.
pub(super) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, StorageError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The backups in one folder. One whose manifest cannot be read is none.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<Backup>, StorageError> {
    let mut found = Vec::new();
    for file in files_in(folder)?.iter().filter(|file| file.extension().is_some_and(|end| end == "json")) {
        match read(file) {
            Ok(backup) => found.push(backup),
            Err(why) => tracing::warn!(file = %file.display(), why, "a backup's manifest cannot be read"),
        }
    }
    Ok(found)
}
