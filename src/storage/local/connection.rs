//! `Connection`: one SQLite connection that is safe to hold. Statements are prepared once, reset before parameters are bound,
//! and checked for their number of parameters. Rows are returned owned. Blocking, and for one caller at a time: `database.rs`
//! ensures both.

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
    // Before `inner`: a statement must be dropped before its connection.
    statements: HashMap<&'static str, libsql::Statement>,
    inner: libsql::Connection,
    path: PathBuf,
}

impl Connection {
    /// Creates a new, empty database in WAL mode. The file must not exist.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.batch("PRAGMA journal_mode = WAL")?;
        connection.batch(WRITER)?;
        Ok(connection)
    }

    /// Opens an existing database for writing and for all its checkpoints.
    pub(crate) fn writer(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(WRITER)?;
        Ok(connection)
    }

    /// Opens an existing database for reading only.
    pub(crate) fn reader(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(READER)?;
        Ok(connection)
    }

    /// Opens an existing database beside its other connections, to read it for as long as that takes.
    pub(crate) fn aside(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(ASIDE)?;
        Ok(connection)
    }

    /// Opens an existing database that no other connection has open, without the files that an open one has beside it.
    pub(crate) fn alone(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(ALONE)?;
        Ok(connection)
    }

    /// Opens a copy of a file from outside for reading. Nothing in it may run or write.
    pub(crate) fn untrusted(path: &Path) -> Result<Self> {
        let connection = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.batch(UNTRUSTED)?;
        Ok(connection)
    }

    /// Creates a new, empty database that is only filled. The file must not exist. It is durable only after it is synced.
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

    /// Runs one statement to its end. The prepared statement is kept.
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

    /// Runs one reading statement. The prepared statement is not kept.
    pub(crate) fn ask(&self, sql: &str) -> Result<Rows> {
        self.ask_with(sql, vec![])
    }

    /// Like `ask`, with parameters.
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

    /// Runs one reading statement and passes its rows to `each` as they come.
    pub(crate) fn each(&self, sql: &str, mut each: impl FnMut(Vec<Value>) -> Result<()>) -> Result<()> {
        let statement = ready(self.inner.prepare(sql))?;
        let mut rows = ready(statement.query(()))?;
        let columns = rows.column_count();
        while let Some(row) = ready(rows.next())? {
            each((0..columns).map(|column| value(COMPOSED, &row, column)).collect::<Result<_>>()?)?;
        }
        Ok(())
    }

    /// Runs a prepared statement that returns no rows.
    #[expect(clippy::unused_self, reason = "the statement is this connection's")]
    pub(crate) fn again(&self, statement: &libsql::Statement, params: Vec<Value>) -> Result<()> {
        let done = collect(COMPOSED, statement, params);
        statement.reset();
        done.map(drop)
    }

    /// Prepares a statement that is run many times with other parameters.
    pub(crate) fn prepare(&self, sql: &str) -> Result<libsql::Statement> {
        ready(self.inner.prepare(sql))
    }

    /// Copies the database into a file that must not exist.
    pub(crate) fn copy_to(&self, file: &Path) -> Result<()> {
        let name = file.to_str().ok_or_else(|| StorageError::Unusable("the file's name is no UTF-8".into()))?;
        let copy = ready(self.inner.prepare("VACUUM INTO ?1"))?;
        collect(COMPOSED, &copy, vec![name.into()]).map(drop)
    }

    /// Runs a text of several statements. They take no parameters, and their rows are ignored.
    pub(crate) fn batch(&self, sql: &str) -> Result<()> {
        ready(self.inner.execute_batch(sql)).map(drop).map_err(|error| cause(&self.path, error))
    }

    /// Rolls back the transaction, if one is open.
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

    /// A handle that interrupts a running statement from another thread.
    pub(crate) fn interrupter(&self) -> Interrupter {
        Interrupter(self.inner.clone())
    }
}

/// Interrupts the statement that a connection is running. Do not keep it: it keeps the connection open.
pub(crate) struct Interrupter(libsql::Connection);

impl Interrupter {
    pub(crate) fn interrupt(&self) {
        if let Err(error) = self.0.interrupt() {
            tracing::warn!(%error, "a statement could not be interrupted");
        }
    }
}

/// `FULL`: acknowledged commits survive a power cut. The journal limit frees the space of a WAL that has grown.
const WRITER: &str = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -512; \
                      PRAGMA journal_size_limit = 4194304";
/// No checkpoints, because two connections that make checkpoints at once can lose commits (libsql#2271).
const READER: &str = "PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -512";

/// Like `READER`, but without `query_only`, because `VACUUM INTO` writes.
const ASIDE: &str = "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048";
/// Like `ASIDE`, but the index of the log is in memory, because there may be no room for its file.
const ALONE: &str = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048";
/// The file's schema may call only functions that SQLite says are harmless. Pages are checked as they are read.
const UNTRUSTED: &str = "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON; \
                         PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048";
/// No journal, because no other code sees the file before it is complete.
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

/// Reads a value. libsql panics on a text that is not UTF-8. Here it is an error like any other wrong value.
fn value(sql: &'static str, row: &libsql::Row, column: i32) -> Result<Value> {
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| row.get_value(column)));
    let not_utf8 = |_| StorageError::Column { sql, column: column.unsigned_abs() as usize, found: "no UTF-8".into() };
    Ok(read.map_err(not_utf8)??)
}

/// Returns the result of a local call of libsql. Such calls are `async` in name only: they are done at the first poll.
fn ready<T>(future: impl Future<Output = std::result::Result<T, libsql::Error>>) -> Result<T> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(result) => Ok(result?),
        std::task::Poll::Pending => Err(StorageError::Lost("libsql waits for something".into())),
    }
}
