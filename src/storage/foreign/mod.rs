//! `ForeignFile`: a database file from outside, which is not trusted. Only that file is copied, and only the copy is opened,
//! read-only and under a deadline. Its schema must be one that the tenants' migrations make, object by object, so that no SQL
//! of the file ever runs. Its rows are read, but the file never becomes a tenant's database itself.

mod encoding;
mod schema;
mod source;

use std::{path::Path, sync::mpsc, time::Duration};

use libsql::Value;

use self::{
    encoding::Encoding,
    schema::{objects, version_of},
};
use super::{
    Image, MigrationSet, StorageError,
    image::{quoted, text},
    local::Connection,
};
use crate::chain;

/// Time limit for reading a file, before the addition for its size.
const DEADLINE: Duration = Duration::from_secs(30);
/// The time limit grows by one second for this many bytes.
const BYTES_A_SECOND: u64 = 16 << 20;
/// Longest text that is accepted from a file, in bytes. All texts that this program writes are shorter.
const LONGEST_TEXT: usize = 4096;
/// Largest value that is read into memory, in bytes. A file with a larger one is refused.
const LARGEST_VALUE: usize = 1 << 20;
/// Most rows that are read from a table. A file with more is refused.
const MOST_ROWS: usize = 1_000_000;
/// What a foreign file must be.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedFile {
    /// The file's schema must be that of one version of these migrations.
    pub migrations: MigrationSet,
    /// The tables whose rows are read, by schema version.
    pub tables: fn(version: i64) -> &'static [&'static str],
}

/// A copy of a file from outside.
pub struct ForeignFile(Image);

/// An open foreign file. Its schema is that of a tenant's database.
pub struct ForeignDatabase {
    connection: Connection,
    encoding: Encoding,
    version: i64,
}

/// Why a file cannot be used, in words for the operator who named it.
pub type Refusal = String;

impl ForeignFile {
    /// Copies a file into an image that does not exist yet. Unpacks a zstd archive. Blocking.
    pub fn copy(from: &Path, image: Image) -> Result<Self, Refusal> {
        source::copy(from, image.path())?;
        Ok(Self(image))
    }

    /// Opens the copy, checks its schema and its pages, and lets `read` read its rows. The time limit depends on its size.
    /// Blocking.
    pub fn read<T>(
        &self,
        expected: ExpectedFile,
        read: impl FnOnce(&ForeignDatabase) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let bytes = std::fs::metadata(self.0.path()).map_err(|error| error.to_string())?.len();
        self.read_within(DEADLINE + Duration::from_secs(bytes / BYTES_A_SECOND), expected, read)
    }

    fn read_within<T>(
        &self,
        deadline: Duration,
        expected: ExpectedFile,
        read: impl FnOnce(&ForeignDatabase) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let connection = Connection::untrusted(self.0.path()).map_err(failed)?;
        let interrupter = connection.interrupter();
        let (done, is_done) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut wait = deadline;
                while is_done.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
                    interrupter.interrupt();
                    wait = Duration::from_millis(100);
                }
            });
            let database = ForeignDatabase::check(connection, expected);
            let read = database.and_then(|database| read(&database));
            drop(done);
            read
        })
    }
}

impl ForeignDatabase {
    fn check(connection: Connection, expected: ExpectedFile) -> Result<Self, Refusal> {
        let version = version_of(expected.migrations, &connection, &objects(&connection).map_err(failed)?)?;
        let encoding = Encoding::of(&connection).map_err(failed)?;
        let database = Self { connection, encoding, version };
        database.check_tables((expected.tables)(version))?;
        Ok(database)
    }

    /// Checks the tables that are read, and no others. The check of a virtual table would run that table's own code.
    fn check_tables(&self, tables: &[&str]) -> Result<(), Refusal> {
        for table in tables {
            self.refuse_large(table)?;
            let check = format!("PRAGMA integrity_check({})", quoted(table));
            let verdict =
                self.connection.ask(&check).and_then(|rows| rows.first().map_or(Ok(String::new()), |row| row.get(0)));
            match verdict.map_err(failed)? {
                ok if ok == "ok" => {}
                wrong => return Err(failed(StorageError::Corrupt(wrong))),
            }
        }
        Ok(())
    }

    /// Refuses a table with a value that is too large. SQLite knows the length of a value without reading it.
    fn refuse_large(&self, table: &str) -> Result<(), Refusal> {
        let columns = format!("SELECT name FROM pragma_table_info({})", text(table));
        let columns = self.connection.ask(&columns).map_err(failed)?.rows;
        let is_large = |name: String| format!("octet_length({}) > {LARGEST_VALUE}", quoted(&name));
        let large =
            columns.iter().map(|row| row.get(0).map(is_large)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let large = format!("SELECT 1 FROM {} WHERE {} LIMIT 1", quoted(table), large.join(" OR "));
        match self.connection.ask(&large).map_err(failed)?.first() {
            None => Ok(()),
            Some(_) => Err(format!("table {table}: a value has more than {LARGEST_VALUE} bytes")),
        }
    }

    /// Schema version of the file: the number of migrations that it has had.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Passes each row of a reading statement on one table to `each`. Texts that the statement reads as bytes come in UTF-8.
    pub fn each(
        &self,
        table: &str,
        sql: &str,
        mut each: impl FnMut(Vec<Value>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let (mut refused, mut rows) = (None, 0);
        let read = self.connection.each(sql, |values| {
            rows += 1;
            let values = values.into_iter().map(|value| self.encoding.in_utf8(value)).collect::<Vec<_>>();
            let outcome = fits(table, &values, rows).and_then(|()| each(values));
            outcome.map_err(|why| {
                refused = Some(why);
                StorageError::Corrupt(String::new()) // ends the reading
            })
        });
        match (refused, read) {
            (Some(why), _) => Err(why),
            (None, read) => read.map_err(|error| format!("table {table}: {}", failed(error))),
        }
    }
}

fn fits(table: &str, values: &[Value], rows: usize) -> Result<(), Refusal> {
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

fn failed(error: StorageError) -> Refusal {
    match error {
        StorageError::TimedOut => "reading it takes too long for a file of its size".to_owned(),
        error => chain(&error),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{local::Database, sample::TENANT};

    #[test]
    fn reading_ends_at_its_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, TENANT, Timestamp::UNIX_EPOCH).unwrap();
        let file = ForeignFile(Image::at(path));
        let expected = ExpectedFile { migrations: TENANT, tables: |_| &["users"] };
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        // Long enough for the checks that come first, even on a slow machine.
        let read =
            file.read_within(Duration::from_secs(2), expected, |database| database.each("users", endless, |_| Ok(())));
        assert_eq!(read.unwrap_err(), "table users: reading it takes too long for a file of its size");
    }
}
