//! `ForeignFile`: a database file from outside, which is not trusted. Only that one file is copied, and only the copy is
//! opened: read-only and under a deadline. Its schema must be one that the tenants' migrations make, object by object, so
//! that no SQL of the file ever runs; its rows are read and never adopted.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::mpsc,
    time::Duration,
};

use jiff::Timestamp;
use libsql::Value;

use super::{
    Image, Result, StorageError, TENANT,
    image::{SCHEMA, fingerprint, things},
    local::{Connection, check_all, with_suffix},
};
use crate::{Steps, error::chain};

/// The largest file that is taken, in bytes, unpacked.
const LARGEST: u64 = 64 << 30;
/// How long reading one file may take.
const DEADLINE: Duration = Duration::from_mins(5);
/// What a text of a file may have at most, in bytes: more than any that this program writes.
const LONGEST_TEXT: usize = 4096;
/// How many rows of a table are read at most.
const MOST_ROWS: usize = 1_000_000;

/// A copy of a file from outside.
pub(crate) struct ForeignFile(Image);

/// A foreign file that is open. Its schema is that of a tenant's database.
pub(crate) struct ForeignDatabase {
    connection: Connection,
    version: i64,
}

/// Why a file cannot be used, for whoever named it.
pub(crate) type Refusal = String;

impl ForeignFile {
    /// Copies a file into an image that is not there yet; a zstd archive is unpacked. Blocking.
    pub(crate) fn copy(from: &Path, image: Image) -> std::result::Result<Self, Refusal> {
        let metadata = fs::metadata(from).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => error.to_string(),
        })?;
        if !metadata.is_file() {
            return Err(if metadata.is_dir() { "it is a folder" } else { "it is not a regular file" }.to_owned());
        }
        refuse_companions(from)?;
        copy_bytes(from, image.path())?;
        Ok(Self(image))
    }

    /// Opens it, checks its schema and all of its pages, and lets its rows be read. Blocking, for some minutes at most.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&ForeignDatabase) -> std::result::Result<T, Refusal>,
    ) -> std::result::Result<T, Refusal> {
        let connection = Connection::untrusted(self.0.path()).map_err(|error| chain(&error))?;
        let interrupter = connection.interrupter();
        let (done, is_done) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut wait = DEADLINE;
                while is_done.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
                    interrupter.interrupt();
                    wait = Duration::from_millis(100);
                }
            });
            let database = ForeignDatabase::check(connection);
            let read = database.and_then(|database| read(&database));
            drop(done);
            read
        })
    }
}

impl ForeignDatabase {
    fn check(connection: Connection) -> std::result::Result<Self, Refusal> {
        let failed = |error: StorageError| chain(&error);
        let found = objects(&connection).map_err(failed)?;
        let version = version_of(&connection, &found)?;
        check_all(&connection).map_err(failed)?;
        Ok(Self { connection, version })
    }

    /// How many migrations it has seen.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    /// Hands over each row of a reading statement on one table.
    pub(crate) fn each(
        &self,
        table: &str,
        sql: &str,
        mut each: impl FnMut(Vec<Value>) -> std::result::Result<(), Refusal>,
    ) -> std::result::Result<(), Refusal> {
        let (mut refused, mut rows) = (None, 0);
        let read = self.connection.each(sql, |values| {
            rows += 1;
            let outcome = fits(table, &values, rows).and_then(|()| each(values));
            outcome.map_err(|why| {
                refused = Some(why);
                StorageError::Corrupt(String::new()) // which ends the reading
            })
        });
        match (refused, read) {
            (Some(why), _) => Err(why),
            (None, read) => read.map_err(|error| format!("table {table}: {}", chain(&error))),
        }
    }
}

fn fits(table: &str, values: &[Value], rows: usize) -> std::result::Result<(), Refusal> {
    let is_long = |value: &Value| match value {
        Value::Text(text) => text.len() > LONGEST_TEXT,
        Value::Blob(bytes) => bytes.len() > LONGEST_TEXT,
        _ => false,
    };
    if rows > MOST_ROWS {
        return Err(format!("table {table} has more than {MOST_ROWS} rows"));
    }
    if values.iter().any(is_long) {
        return Err(format!("table {table}, row {rows}: a value has more than {LONGEST_TEXT} bytes"));
    }
    Ok(())
}

/// A journal or log beside the file belongs to it: without it the file may lack what was written last, or be half written.
fn refuse_companions(file: &Path) -> std::result::Result<(), Refusal> {
    for suffix in ["-wal", "-journal"] {
        let companion = with_suffix(file, suffix);
        if fs::symlink_metadata(&companion).is_ok_and(|found| found.len() > 0) {
            return Err(format!(
                "{} is beside it, so that not all of it may be in the file: close what has it open, or copy it with \
                 VACUUM INTO, and take that copy",
                companion.display()
            ));
        }
    }
    Ok(())
}

fn copy_bytes(from: &Path, to: &Path) -> std::result::Result<(), Refusal> {
    let failed = |error: io::Error| error.to_string();
    let mut file = File::open(from).map_err(failed)?;
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head).map_err(failed)?;
    let whole = head.as_slice().chain(file);
    let mut source: Box<dyn Read> = match &*head {
        b"SQLite format 3\0" => Box::new(whole),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::new(whole).map_err(failed)?),
        [] => return Err("it is empty".to_owned()),
        [0x1f, 0x8b, ..] => return Err("it is compressed with gzip: unpack it first".to_owned()),
        head if head.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => {
            return Err("it is a text, perhaps an SQL dump, and not a SQLite database".to_owned());
        }
        _ => return Err("it is not a SQLite database".to_owned()),
    };
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(failed)?;
    let copied = io::copy(&mut source.by_ref().take(LARGEST + 1), &mut copy);
    match copied.map_err(|error| chain(&StorageError::from(error)))? {
        ..=LARGEST => Ok(()),
        _ => Err(format!("it has more than {LARGEST} bytes")),
    }
}

/// One object of a schema: its type, its name, its table and its SQL.
type Object = (String, String, String, String);

/// All objects there are, but for the indexes that SQLite makes of keys, and its statistics.
fn objects(connection: &Connection) -> Result<BTreeSet<Object>> {
    const ALL: &str = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema
        WHERE NOT (type = 'index' AND sql IS NULL)
          AND NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4', 'sqlite_sequence'))";
    let rows = connection.ask(ALL)?.rows;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).collect()
}

/// The version whose migrations make just these objects.
fn version_of(connection: &Connection, found: &BTreeSet<Object>) -> std::result::Result<i64, Refusal> {
    let failed = |error: StorageError| chain(&error);
    let mut newest = BTreeSet::new();
    for version in 1..=TENANT.version() {
        newest = expected(version).map_err(failed)?;
        if newest == *found {
            return Ok(version);
        }
    }
    if is_newer(connection, found, &newest).map_err(failed)? {
        return Err("a newer Freehold wrote it".to_owned());
    }
    if let Some((kind, name, ..)) = found.difference(&newest).next() {
        return Err(format!("its {kind} {name:?} is not that of a workspace"));
    }
    let missing = newest.difference(found).next().map_or("a table", |(_, name, ..)| name);
    Err(format!("it is not the database of a workspace: {missing} is missing"))
}

/// The objects that the first `version` migrations make.
fn expected(version: i64) -> Result<BTreeSet<Object>> {
    objects(&migrated(version)?)
}

/// A database in memory that has seen so many migrations.
fn migrated(version: i64) -> Result<Connection> {
    let mut connection = Connection::create(Path::new(":memory:"))?;
    TENANT.up_to(version).migrate(&mut connection, Timestamp::UNIX_EPOCH, &Steps::default())?;
    Ok(connection)
}

/// The fingerprint of a tenant's database that has seen so many migrations. Blocking.
pub(crate) fn tenant_fingerprint(version: i64) -> Result<String> {
    Ok(fingerprint(&things(&migrated(version)?.ask(SCHEMA)?)?))
}

/// Whether its list of migrations, if it is one, has more than are known.
fn is_newer(connection: &Connection, found: &BTreeSet<Object>, newest: &BTreeSet<Object>) -> Result<bool> {
    let list = |object: &&Object| object.0 == "table" && object.1 == "migrations";
    if found.iter().find(list) != newest.iter().find(list) {
        return Ok(false);
    }
    let latest = connection.ask("SELECT coalesce(max(version), 0) FROM migrations")?.first();
    let latest: i64 = latest.map_or(Ok(0), |row| row.get(0))?;
    Ok(latest > TENANT.version())
}
