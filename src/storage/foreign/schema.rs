//! The schema of a foreign file. It must be one that the tenants' migrations make, object by object.

use std::{collections::BTreeSet, path::Path};

use jiff::Timestamp;

use super::Refusal;
use crate::{
    MigrationListener, MigrationSet, Result, StorageError, chain,
    image::{SCHEMA, fingerprint, schema_objects},
    local::Connection,
};

/// One schema object: its type, its name, its table and its SQL.
pub(super) type Object = (String, String, String, String);

/// All schema objects, except the indexes that SQLite creates for keys, its statistics and `sqlite_sequence`.
pub(super) fn objects(connection: &Connection) -> Result<BTreeSet<Object>> {
    const ALL: &str = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema
        WHERE NOT (type = 'index' AND sql IS NULL)
          AND NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4', 'sqlite_sequence'))";
    let rows = connection.ask(ALL)?.rows;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).collect()
}

/// The schema version whose migrations make exactly these objects.
pub(super) fn version_of(
    migrations: MigrationSet,
    connection: &Connection,
    found: &BTreeSet<Object>,
) -> std::result::Result<i64, Refusal> {
    let failed = |error: StorageError| chain(&error);
    let mut newest = BTreeSet::new();
    for version in 1..=migrations.version() {
        newest = objects(&migrated(migrations, version).map_err(failed)?).map_err(failed)?;
        if newest == *found {
            return Ok(version);
        }
    }
    if is_newer(migrations.version(), connection, &(found, &newest)).map_err(failed)? {
        return Err("a newer Freehold wrote it".to_owned());
    }
    if let Some((kind, name, ..)) = found.difference(&newest).next() {
        return Err(format!("its {kind} {name:?} is not that of a workspace"));
    }
    let missing = newest.difference(found).next().map_or("a table", |(_, name, ..)| name);
    Err(format!("it is not the database of a workspace: {missing} is missing"))
}

/// A database in memory with the first `version` migrations.
fn migrated(migrations: MigrationSet, version: i64) -> Result<Connection> {
    let mut connection = Connection::create(Path::new(":memory:"))?;
    migrations.up_to(version).migrate(&mut connection, Timestamp::UNIX_EPOCH, &MigrationListener::default())?;
    Ok(connection)
}

impl MigrationSet {
    /// The fingerprint of a database with the first `version` migrations. Blocking.
    pub fn fingerprint(self, version: i64) -> Result<String> {
        Ok(fingerprint(&schema_objects(&migrated(self, version)?.ask(SCHEMA)?)?))
    }
}

/// Whether the file lists more migrations than this program knows. `false` if its `migrations` table is not one of Freehold.
fn is_newer(
    known: i64,
    connection: &Connection,
    (found, newest): &(&BTreeSet<Object>, &BTreeSet<Object>),
) -> Result<bool> {
    let list = |object: &&Object| object.0 == "table" && object.1 == "migrations";
    if found.iter().find(list) != newest.iter().find(list) {
        return Ok(false);
    }
    let latest = connection.ask("SELECT coalesce(max(version), 0) FROM migrations")?.first();
    let latest: i64 = latest.map_or(Ok(0), |row| row.get(0))?;
    Ok(latest > known)
}
