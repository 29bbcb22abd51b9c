//! Repairs a data folder that does not start: restores a copy of the catalog, or makes a new secret. Both take the folder's
//! lock, so that no server runs on it. Nothing is deleted.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use storage::{StorageError, chain, files, local};

use crate::{
    Clock, OpenError, Random, Settings,
    auth::secrets::{SecretError, make},
    fleet::catalog::Catalog,
    fleet::data_folder::DataFolder,
};

/// The result of `restore_catalog`.
#[derive(Debug)]
pub struct RestoredCatalog {
    /// The copy that is now the catalog.
    pub copy: PathBuf,
    /// How many workspaces it lists.
    pub workspaces: usize,
    /// The new path of the previous catalog. `None` means that there was none.
    pub before: Option<PathBuf>,
    /// Newer copies that cannot be used, each with the reason.
    pub unusable: Vec<(PathBuf, String)>,
}

/// Removes from a copied catalog whatever was unfinished when the copy was made. It may be finished by now, and a start would
/// delete it.
const FORGET_UNFINISHED: &str = "
    DELETE FROM databases
    WHERE state = 'making' OR tenant IN (SELECT id FROM tenants WHERE state = 'creating');
    DELETE FROM tenants WHERE state = 'creating'";

/// Replaces the catalog by this file or, without a file, by the newest complete copy in the backups folder. The previous
/// catalog is moved aside. Blocking.
///
/// # Errors
/// When a server runs on the folder, or no copy can be used.
pub fn restore_catalog(
    settings: &Settings,
    file: Option<PathBuf>,
    clock: &dyn Clock,
) -> Result<RestoredCatalog, OpenError> {
    let folder = DataFolder::lock(&settings.data)?;
    let backups = settings.backups.clone().unwrap_or_else(|| folder.backups());
    let copies = match file {
        Some(file) => vec![file],
        None => files::catalog_copies(&backups).map_err(|error| folder.failed(error))?,
    };
    let ready = folder.scratch().join("catalog.db");
    let mut unusable = Vec::new();
    for copy in copies {
        match make_ready(&copy, &ready, clock) {
            Ok(workspaces) => {
                let before = put_in_place(&folder, &ready, clock).map_err(|error| folder.failed(error))?;
                return Ok(RestoredCatalog { copy, workspaces, before, unusable });
            }
            Err(error) => unusable.push((copy, chain(&error))),
        }
    }
    Err(OpenError::Catalog(none_of(&backups, &unusable)))
}

/// Makes a new secret when the secret file is lost. All users must sign in again. Blocking.
///
/// # Errors
/// When a server runs on the folder, or the file exists.
pub fn make_secret(settings: &Settings, random: &dyn Random) -> Result<PathBuf, OpenError> {
    let folder = DataFolder::lock(&settings.data)?;
    let file = settings.secret_file.clone().unwrap_or_else(|| folder.default_secret());
    if fs::symlink_metadata(&file).is_ok() {
        return Err(SecretError::There(file).into());
    }
    make(&file, random).map_err(|source| SecretError::Io { path: file.clone(), source })?;
    Ok(file)
}

/// Makes a complete catalog from a copy, at another path. Returns how many workspaces it lists. The copy itself is not changed.
fn make_ready(copy: &Path, ready: &Path, clock: &dyn Clock) -> Result<usize, StorageError> {
    files::remove_database(ready)?;
    if fs::metadata(copy)?.len() == 0 {
        return Err(StorageError::Corrupt("the file is empty (0 bytes)".into()));
    }
    let mut log = copy.as_os_str().to_owned();
    log.push("-wal");
    if fs::metadata(Path::new(&log)).is_ok_and(|log| log.len() > 0) {
        let why = "it has a log (-wal) beside it, so that the file alone is not all of it: \
                   run `sqlite3 FILE 'PRAGMA wal_checkpoint(TRUNCATE)'` first";
        return Err(StorageError::Unusable(why.into()));
    }
    files::copy_whole(copy, ready)?;
    local::check(ready, true)?;
    Catalog::open(ready, clock.now())?; // runs its migrations and reads each of its rows
    local::amend(ready, FORGET_UNFINISHED)?;
    Ok(Catalog::open(ready, clock.now())?.len())
}

/// Moves the previous catalog aside, and its log after it. If a crash comes in between, the folder does not start, and the
/// error says so.
fn put_in_place(folder: &DataFolder, ready: &Path, clock: &dyn Clock) -> io::Result<Option<PathBuf>> {
    let (catalog, restoring) = (folder.catalog(), folder.restoring());
    fs::File::open(ready)?.sync_all()?;
    fs::rename(ready, &restoring)?;
    files::sync_folder(&restoring)?;
    let aside = folder.root().join(format!("catalog-replaced-{}.db", clock.now().strftime("%Y%m%dT%H%M%S%3fZ")));
    let mut moved = None;
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let [from, to] = [&catalog, &aside].map(|path| {
            let mut path = path.as_os_str().to_owned();
            path.push(suffix);
            PathBuf::from(path)
        });
        if fs::symlink_metadata(&from).is_ok() {
            fs::rename(from, to)?;
            moved = Some(aside.clone());
        }
    }
    fs::rename(&restoring, &catalog)?;
    files::sync_folder(&catalog)?;
    Ok(moved)
}

fn none_of(backups: &Path, unusable: &[(PathBuf, String)]) -> String {
    if unusable.is_empty() {
        return format!("there is no copy of the catalog in {}: name its file", backups.display());
    }
    let lines = unusable.iter().map(|(copy, why)| format!("\n  {}: {why}", copy.display()));
    format!("no copy of the catalog can be used; nothing was changed:{}", lines.collect::<String>())
}
