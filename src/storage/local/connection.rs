//! One SQLite connection, made safe to hold: statements are prepared once, reset before they are bound and checked for
//! their parameters; rows come out owned. Blocking, and used by one caller at a time: `database.rs` sees to both.

use std::{
    collections::{HashMap, hash_map::Entry},
    path::{Path, PathBuf},
    time::Duration,
};

use libsql::{OpenFlags, Value};

use super::check::cause;
use crate::{COMPOSED, Result, Row, Rows, StorageError};

/// How long SQLite itself waits for a lock that another connection holds.
const BUSY: Duration = Duration::from_secs(2);

pub(crate) struct Connection {
    // Before `inner`: a statement must go before the connection that it belongs to.
    statements: HashMap<&'static str, libsql::Statement>,
    inner: libsql::Connection,
    path: PathBuf,
}

impl Connection {
    /// Makes a new, empty database in WAL mode; the file must not exist.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.batch("PRAGMA journal_mode = WAL")?;
        connection.batch(WRITER)?;
        Ok(connection)
    }

    /// Opens an existing database to write it, and to do all its checkpoints.
    pub(crate) fn writer(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(WRITER)?;
        Ok(connection)
    }

    /// Opens an existing database to read it only.
    pub(crate) fn reader(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(READER)?;
        Ok(connection)
    }

    /// Opens an existing database to look at it beside the others, for as long as it takes.
    pub(crate) fn aside(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(ASIDE)?;
        Ok(connection)
    }

    /// Opens an existing database that nobody else has open, without the files that an open one has beside it.
    pub(crate) fn alone(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(ALONE)?;
        Ok(connection)
    }

    /// Opens a copy of a file from outside to read it: nothing in it may run or write.
    pub(crate) fn untrusted(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(UNTRUSTED)?;
        Ok(connection)
    }

    /// Makes a new, empty database that is not used but filled; the file must not exist. It lasts when it is synced.
    pub(crate) fn image(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.batch(IMAGE)?;
        Ok(connection)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self> {
        if !flags.contains(OpenFlags::SQLITE_OPEN_CREATE) && !std::fs::metadata(path)?.is_file() {
            return Err(StorageError::Corrupt("what is in its place is no file".into()));
        }
        let database = ready(libsql::Builder::new_local(path).flags(flags).build())?;
        let inner = database.connect().map_err(|error| cause(path, error.into()))?;
        inner.busy_timeout(BUSY)?;
        Ok(Self { statements: HashMap::new(), inner, path: path.to_owned() })
    }

    /// Runs one statement to its end.
    pub(crate) fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        self.run_kept(sql, params).map_err(|error| cause(&self.path, error))
    }

    fn run_kept(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        let statement = match self.statements.entry(sql) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(ready(self.inner.prepare(sql))?),
        };
        if statement.parameter_count() != params.len() {
            return Err(StorageError::Parameters { sql, takes: statement.parameter_count(), given: params.len() });
        }
        let rows = collect(sql, statement, params);
        statement.reset(); // else the next bind is ignored (libsql#2135), and a read would pin the WAL
        Ok(Rows { rows: rows?, changes: self.inner.changes() })
    }

    /// Runs one reading statement that is not kept for another time.
    pub(crate) fn ask(&self, sql: &str) -> Result<Rows> {
        self.ask_with(sql, vec![])
    }

    /// The same, with parameters.
    pub(crate) fn ask_with(&self, sql: &str, params: Vec<Value>) -> Result<Rows> {
        let asked = ready(self.inner.prepare(sql)).and_then(|statement| {
            let (takes, given) = (statement.parameter_count(), params.len());
            if takes != given {
                return Err(StorageError::Parameters { sql: COMPOSED, takes, given });
            }
            collect(COMPOSED, &statement, params)
        });
        Ok(Rows { rows: asked.map_err(|error| cause(&self.path, error))?, changes: 0 })
    }

    /// Runs one reading statement and hands over its rows as they come.
    pub(crate) fn each(&self, sql: &str, mut each: impl FnMut(Vec<Value>) -> Result<()>) -> Result<()> {
        let statement = ready(self.inner.prepare(sql))?;
        let mut rows = ready(statement.query(()))?;
        let columns = rows.column_count();
        while let Some(row) = ready(rows.next())? {
            each((0..columns).map(|column| value(COMPOSED, &row, column)).collect::<Result<_>>()?)?;
        }
        Ok(())
    }

    /// Runs a prepared statement that gives no rows.
    #[expect(clippy::unused_self, reason = "the statement is this connection's")]
    pub(crate) fn again(&self, statement: &libsql::Statement, params: Vec<Value>) -> Result<()> {
        let done = collect(COMPOSED, statement, params);
        statement.reset();
        done.map(drop)
    }

    /// A statement to be run again and again with other parameters.
    pub(crate) fn prepare(&self, sql: &str) -> Result<libsql::Statement> {
        ready(self.inner.prepare(sql))
    }

    /// Copies the database into a file that must not exist.
    pub(crate) fn copy_to(&self, file: &Path) -> Result<()> {
        let name = file.to_str().ok_or_else(|| StorageError::Unusable("the file's name is no UTF-8".into()))?;
        let copy = ready(self.inner.prepare("VACUUM INTO ?1"))?;
        collect(COMPOSED, &copy, vec![name.into()]).map(drop)
    }

    /// Runs a text of several statements that take no parameters and give no rows of interest.
    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        ready(self.inner.execute_batch(sql)).map(drop).map_err(|error| cause(&self.path, error))
    }

    /// Gives up whatever transaction is open.
    pub(crate) fn roll_back(&self) {
        if self.is_in_transaction()
            && let Err(error) = self.batch("ROLLBACK")
        {
            tracing::warn!(%error, "a transaction could not be rolled back");
        }
    }

    /// Whether a transaction is open.
    pub(crate) fn is_in_transaction(&self) -> bool {
        !self.inner.is_autocommit()
    }

    /// A handle that ends a running statement from another thread.
    pub(crate) fn interrupter(&self) -> Interrupter {
        Interrupter(self.inner.clone())
    }
}

/// Ends the statement that a connection is running. Not to be kept: it keeps the connection open.
pub(crate) struct Interrupter(libsql::Connection);

impl Interrupter {
    pub(crate) fn interrupt(&self) {
        if let Err(error) = self.0.interrupt() {
            tracing::warn!(%error, "a statement could not be interrupted");
        }
    }
}

/// `FULL`: what was acknowledged survives a power cut. The journal limit gives a grown WAL its space back.
const WRITER: &str = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -512; \
                      PRAGMA journal_size_limit = 4194304";
/// No checkpoints: two connections that checkpoint at once can lose commits (libsql#2271).
const READER: &str = "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -512";

/// As a reader, but `VACUUM INTO` writes.
const ASIDE: &str = "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048";
/// As aside, but the index of the log is in memory: there may be no room for a file of it.
const ALONE: &str = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048";
/// Of what the file's schema may call only what SQLite itself says is harmless; pages are checked as they are read.
const UNTRUSTED: &str = "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON; \
                         PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048";
/// Nobody else sees it before it is whole.
const IMAGE: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF";
fn collect(sql: &'static str, statement: &libsql::Statement, params: Vec<Value>) -> Result<Vec<Row>> {
    let mut rows = ready(statement.query(params))?;
    let columns = rows.column_count();
    let mut owned = Vec::new();
    while let Some(row) = ready(rows.next())? {
        let values = (0..columns).map(|column| value(sql, &row, column)).collect::<Result<_>>()?;
        owned.push(Row::new(sql, values));
    }
    Ok(owned)
}

/// libsql panics over a text that is not UTF-8; here it is an error like any other wrong value.
fn value(sql: &'static str, row: &libsql::Row, column: i32) -> Result<Value> {
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| row.get_value(column)));
    let not_utf8 = |_| StorageError::Column { sql, column: column.unsigned_abs() as usize, found: "no UTF-8".into() };
    Ok(read.map_err(not_utf8)??)
}

/// libsql's local calls are `async` in name only: they are done at the first poll.
fn ready<T>(future: impl Future<Output = std::result::Result<T, libsql::Error>>) -> Result<T> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(result) => Ok(result?),
        std::task::Poll::Pending => Err(StorageError::Lost("libsql waits for something".into())),
    }
}
