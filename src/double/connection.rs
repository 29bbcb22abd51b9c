//! `Connection`: one SQLite connection that is safe to hold. A statement lives for one run, its parameters are checked, and its
//! rows are owned at once. Blocking, and for one caller at a time.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::{Duration, Instant},
};

use libsql::OpenFlags;
use libsql_hrana::proto;

use crate::hrana::{Args, Failure, Kind, Results, Statement};

#[derive(Debug)]
pub(crate) struct Connection {
    inner: libsql::Connection,
    /// When its transaction began to keep others from writing.
    writing_since: Option<Instant>,
    /// Whether its transaction was taken away. Its next program must be told so.
    timed_out: bool,
}

impl Connection {
    /// Opens a database and runs `pragmas`. The database must exist, unless `make` is set.
    pub(crate) fn open(path: &Path, make: bool, pragmas: &str) -> libsql::Result<Self> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        if make {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let inner = ready(libsql::Builder::new_local(path).flags(flags).build())?.connect()?;
        inner.busy_timeout(Duration::ZERO)?; // the code that runs statements waits by itself, as long as libsql-server does
        let connection = Self { inner, writing_since: None, timed_out: false };
        connection.batch(pragmas)?;
        Ok(connection)
    }

    /// Runs a text of several statements of our own.
    pub(crate) fn batch(&self, sql: &str) -> libsql::Result<()> {
        ready(self.inner.execute_batch(sql)).map(drop)
    }

    /// The first column of the first row of a statement of our own.
    pub(crate) fn number(&self, sql: &str) -> libsql::Result<i64> {
        let mut rows = ready(self.inner.query(sql, ()))?;
        let row = ready(rows.next())?.ok_or(libsql::Error::QueryReturnedNoRows)?;
        Ok(row.get_value(0)?.as_integer().copied().unwrap_or_default())
    }

    pub(crate) fn is_autocommit(&self) -> bool {
        self.inner.is_autocommit()
    }

    /// Whether its transaction was taken away. The next call returns `false`.
    pub(crate) fn take_timed_out(&mut self) -> bool {
        std::mem::take(&mut self.timed_out)
    }

    /// Rolls back its transaction if that has kept others from writing for `limit`.
    pub(crate) fn time_out(&mut self, limit: Duration) {
        if self.writing_since.is_some_and(|since| since.elapsed() >= limit) {
            self.roll_back();
            self.timed_out = true;
        }
    }

    /// Rolls back the transaction, if one is open.
    pub(crate) fn roll_back(&mut self) {
        if !self.is_autocommit()
            && let Err(error) = self.batch("ROLLBACK")
        {
            tracing::warn!(%error, "a transaction could not be rolled back");
        }
        self.writing_since = None;
    }

    /// The names of a statement's parameters, and its columns. Does not run it.
    pub(crate) fn describe(&self, sql: &str) -> Result<(Vec<proto::DescribeParam>, Vec<proto::Col>), Failure> {
        let prepared = self.prepare(sql)?;
        let names = (1..).take(prepared.parameter_count()).map(|at| prepared.parameter_name(at).map(str::to_owned));
        Ok((names.map(|name| proto::DescribeParam { name }).collect(), columns(&prepared)))
    }

    /// Runs one statement to its end. Reports its columns unless `retried` is set.
    pub(crate) fn run(
        &mut self,
        statement: &Statement,
        args: &Args,
        retried: &mut bool,
        results: &mut impl Results,
    ) -> Result<Done, Failure> {
        let outcome = self.attempt(statement, args, retried, results);
        let is_busy = outcome.as_ref().is_err_and(Failure::is_busy);
        if self.is_autocommit() {
            self.writing_since = None;
        } else if statement.writes() && !is_busy {
            self.writing_since.get_or_insert_with(Instant::now); // a failed write keeps the lock
        }
        outcome
    }

    fn attempt(
        &self,
        statement: &Statement,
        args: &Args,
        retried: &mut bool,
        results: &mut impl Results,
    ) -> Result<Done, Failure> {
        let prepared = self.prepare(&statement.text)?;
        if !std::mem::replace(retried, true) {
            results.columns(columns(&prepared));
        }
        let values = args.values(&prepared, statement.kind == Kind::Explain)?;
        let mut rows = ready(prepared.query(values)).map_err(Failure::running)?;
        let mut count = 0;
        while let Some(row) = ready(rows.next()).map_err(Failure::running)? {
            let values = (0..row.column_count()).map(|column| value(&row, column)).collect::<Result<_, _>>()?;
            results.row(proto::Row { values })?;
            count += 1;
        }
        let changes = if statement.changes_rows { self.inner.changes() } else { 0 };
        let rowid = statement.inserts.then(|| self.inner.last_insert_rowid());
        Ok(Done { changes, rowid, rows: count })
    }

    fn prepare(&self, sql: &str) -> Result<libsql::Statement, Failure> {
        ready(self.inner.prepare(sql)).map_err(|error| Failure::preparing(error, sql))
    }
}

/// Outcome of a statement.
pub(crate) struct Done {
    /// Number of rows that it changed.
    pub(crate) changes: u64,
    /// Number of the row that it inserted last.
    pub(crate) rowid: Option<i64>,
    /// Number of rows that it returned.
    pub(crate) rows: u64,
}

fn columns(statement: &libsql::Statement) -> Vec<proto::Col> {
    let column = |column: &libsql::Column<'_>| proto::Col {
        name: Some(column.name().to_owned()),
        decltype: column.decl_type().map(str::to_owned),
    };
    statement.columns().iter().map(column).collect()
}

/// Largest text or blob that the server accepts, in bytes.
const LARGEST: usize = 5_000_000;

/// Whether a value is a text or blob that is too large for the server.
pub(crate) fn is_too_big(value: &libsql::Value) -> bool {
    match value {
        libsql::Value::Text(value) => value.len() > LARGEST,
        libsql::Value::Blob(value) => value.len() > LARGEST,
        _ => false,
    }
}

/// Reads a value. libsql panics on a text that is not UTF-8. Here it is an error.
fn value(row: &libsql::Row, column: i32) -> Result<proto::Value, Failure> {
    let read = catch_unwind(AssertUnwindSafe(|| row.get_value(column))).map_err(|_| Failure::not_utf8())?;
    let read = read.map_err(Failure::running)?;
    if is_too_big(&read) {
        return Err(Failure::too_big());
    }
    Ok(match read {
        libsql::Value::Null => proto::Value::Null,
        libsql::Value::Integer(value) => proto::Value::Integer { value },
        libsql::Value::Real(value) => proto::Value::Float { value },
        libsql::Value::Text(value) => proto::Value::Text { value: value.into() },
        libsql::Value::Blob(value) => proto::Value::Blob { value: value.into() },
    })
}

/// Returns the result of a local call of libsql. Such calls are `async` in name only: they are done at the first poll.
fn ready<T>(future: impl Future<Output = libsql::Result<T>>) -> libsql::Result<T> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(result) => result,
        std::task::Poll::Pending => Err(libsql::Error::Misuse("libsql waits for something".into())),
    }
}
