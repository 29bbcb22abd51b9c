//! Checks a database file for damage, and finds the cause when SQLite only says that a file cannot be used.

use std::{io::Read, path::Path};

use rustix::fs::Access;

use super::Connection;
use crate::{Result, SIZE, StorageError};

/// Compares the file's length with its header. With `deep`, checks every page and every reference. Blocking.
pub fn check(path: &Path, deep: bool) -> Result<()> {
    let connection = Connection::aside(path)?;
    let said: u64 = connection.ask(SIZE)?.first().map_or(Ok(0), |row| row.get(0))?;
    let found = std::fs::metadata(path)?.len();
    let is_logged = path.with_extension("db-wal").metadata().is_ok_and(|log| log.len() > 0);
    if found < said && !is_logged {
        return Err(StorageError::Corrupt(format!("the file has {found} bytes of {said}")));
    }
    if deep { check_all(&connection) } else { Ok(()) }
}

/// Whether the file is in WAL mode: bytes 18 and 19 of its header say so. Every database of Freehold is, and a copy is not.
/// Blocking.
pub fn keeps_a_log(path: &Path) -> std::io::Result<bool> {
    let mut header = Vec::new();
    std::fs::File::open(path)?.take(20).read_to_end(&mut header)?;
    Ok(header.get(18..20) != Some(&[1, 1]))
}

/// Returns the cause of an error in using a file, where the system tells more about it than SQLite does. Blocking.
pub(crate) fn cause(path: &Path, error: StorageError) -> StorageError {
    if !matches!(error, StorageError::Unusable(_)) {
        return error;
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    // Does not open the file itself, because closing it here would release the locks that SQLite has on it.
    let can_open = std::fs::File::open(folder).map(drop); // checks that a descriptor is free
    let may_use = || Ok(rustix::fs::access(path, Access::READ_OK | Access::WRITE_OK)?);
    if let Err(cause) = can_open.and_then(|()| may_use()) {
        return cause.into();
    }
    match rustix::fs::statvfs(path) {
        Ok(disk) if disk.f_bavail == 0 => StorageError::Full,
        _ => error,
    }
}

/// Checks every page and every reference. Blocking.
fn check_all(connection: &Connection) -> Result<()> {
    let verdict = connection.ask("PRAGMA integrity_check(1)")?.first();
    let verdict = verdict.map_or_else(|| Ok("nothing was said of it".to_owned()), |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StorageError::Corrupt(verdict));
    }
    match connection.ask("PRAGMA foreign_key_check")?.first() {
        None => Ok(()),
        Some(_) => Err(StorageError::Corrupt("a row refers to another that is not there".into())),
    }
}
