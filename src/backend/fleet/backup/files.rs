//! The files of a backup: how they are named, and how a manifest is read.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use storage::{
    StorageError,
    files::{beside, make_folder_of},
};

use super::manifest::{Backup, FORM, Manifest};

/// The manifest of a compressed database. For a manifest, it is the same file.
pub(crate) fn manifest_of(file: &Path) -> PathBuf {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.trim_end_matches(".json").trim_end_matches(".db.zst");
    file.with_file_name(format!("{stem}.json"))
}

/// Writes a manifest and syncs it. It survives a crash once its folder is synced too.
pub(crate) fn write_manifest(manifest: &Manifest, to: &Path) -> Result<(), StorageError> {
    let text = serde_json::to_vec_pretty(manifest).map_err(std::io::Error::from)?;
    fs::write(to, text)?;
    Ok(fs::File::open(to)?.sync_all()?)
}

/// Reads the backup that a manifest describes, or says why that fails.
pub(crate) fn read(manifest: &Path) -> Result<Backup, String> {
    let text = fs::read(manifest).map_err(|error| error.to_string())?;
    let read: Manifest = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    if read.form != FORM {
        return Err(format!("it is of form {}, and this program reads {FORM}", read.form));
    }
    Ok(Backup { file: manifest.with_extension("db.zst"), manifest: read })
}

/// Opens the backup that a file belongs to, or says in a sentence why that fails.
pub(crate) fn open(file: &Path) -> Result<Backup, String> {
    let (manifest, shown) = (manifest_of(file), file.display());
    match (file.is_file(), manifest.is_file()) {
        (_, true) => {
            read(&manifest).map_err(|why| format!("The manifest {} cannot be read: {why}.", manifest.display()))
        }
        (true, false) => Err(format!(
            "{shown} has no manifest: {} must be beside it. Copy it from where the backup was made.",
            manifest.display()
        )),
        (false, false) => Err(format!("There is no file {shown}.")),
    }
}

/// Reserves a new file name in a folder. It creates an empty file with that name and `.new`, so that no other process takes the
/// name.
pub(crate) fn claim(folder: &Path, stem: &str, end: &str) -> Result<PathBuf, StorageError> {
    let mut number = 1;
    loop {
        let more = if number == 1 { String::new() } else { format!("-{number}") };
        let file = folder.join(format!("{stem}{more}{end}"));
        make_folder_of(&file)?;
        let new = beside(&file);
        match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new) {
            Ok(_) if !file.exists() => return Ok(file),
            Ok(_) => fs::remove_file(&new)?, // another backup with this name was finished meanwhile
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        number += 1;
    }
}

/// Whether a file has the name of a catalog copy: `catalog-<time>` or `catalog-<time>-<number>`, with this ending.
pub(crate) fn is_catalog_copy(file: &Path, end: &str) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(rest) = name.strip_prefix("catalog-").and_then(|rest| rest.strip_suffix(end)) else { return false };
    let (time, number) = rest.split_once('-').unwrap_or((rest, "1"));
    let fits = |(index, letter): (usize, u8)| match index {
        8 => letter == b'T',
        18 => letter == b'Z',
        _ => letter.is_ascii_digit(),
    };
    time.len() == 19 && time.bytes().enumerate().all(fits) && number.parse::<u32>().is_ok()
}

/// The entries of a folder. A missing folder has none.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, StorageError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Whether a file has the name of a manifest. Hidden files belong to other programs.
fn is_manifest(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    Path::new(name).extension().is_some_and(|ending| ending == "json") && !name.starts_with('.')
}

/// The backups in one folder. A backup with an unreadable manifest is logged and left out.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<Backup>, StorageError> {
    let mut found = Vec::new();
    for file in files_in(folder)?.iter().filter(|file| is_manifest(file)) {
        match read(file) {
            Ok(backup) => found.push(backup),
            Err(why) => tracing::warn!(file = %file.display(), why, "a backup's manifest cannot be read"),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_the_catalog_is_known_by_its_whole_name() {
        let is_copy = |name: &str| is_catalog_copy(&Path::new("/backups").join(name), ".db");
        assert!(is_copy("catalog-20260301T120000000Z.db") && is_copy("catalog-20260301T120000000Z-2.db"));
        for other in [
            "catalog-2026.db",
            "catalog-of-mine.db",
            "catalog-20260301T120000000Z.db.new",
            "catalog-20260301T120000000Z-old.db",
            "catalog-20260301 120000000Z.db",
            "my-catalog-20260301T120000000Z.db",
        ] {
            assert!(!is_copy(other), "{other}");
        }
    }
}
