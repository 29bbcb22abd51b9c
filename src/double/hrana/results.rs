//! Collects the results of a program's steps into the result of a batch.

use std::time::Duration;

use libsql_hrana::proto;

use super::failure::Failure;
use crate::connection::Done;

/// Receives the results of a program's steps, in order. For each step these are `columns` and `row`s, and then one of the
/// others.
pub(crate) trait Results {
    fn columns(&mut self, columns: Vec<proto::Col>);
    fn row(&mut self, row: proto::Row) -> Result<(), Failure>;
    fn done(&mut self, done: Done, took: Duration);
    fn failed(&mut self, failure: Failure);
    fn skipped(&mut self);
}

/// Collects all results.
pub(crate) struct Gathered {
    results: Vec<Option<proto::StmtResult>>,
    errors: Vec<Option<Failure>>,
    columns: Vec<proto::Col>,
    rows: Vec<proto::Row>,
    /// Number of bytes that the rows may still take.
    room: u64,
}

impl Gathered {
    pub(crate) fn new(room: u64) -> Self {
        Self { results: Vec::new(), errors: Vec::new(), columns: Vec::new(), rows: Vec::new(), room }
    }

    /// The result of a program with one step.
    pub(crate) fn one(mut self) -> Result<proto::StmtResult, Failure> {
        if let Some(failure) = self.errors.pop().flatten() {
            return Err(failure);
        }
        self.results.pop().flatten().ok_or_else(|| Failure::new("UNKNOWN", "nothing was run"))
    }

    /// The first failure of a program in which every step must succeed.
    pub(crate) fn all(self) -> Result<(), Failure> {
        self.errors.into_iter().flatten().next().map_or(Ok(()), Err)
    }

    pub(crate) fn batch(self, frame: u64) -> proto::BatchResult {
        let errors = self.errors.into_iter().map(|error| error.map(Into::into));
        proto::BatchResult { step_results: self.results, step_errors: errors.collect(), replication_index: Some(frame) }
    }

    fn push(&mut self, result: Option<proto::StmtResult>, error: Option<Failure>) {
        self.results.push(result);
        self.errors.push(error);
    }
}

impl Results for Gathered {
    fn columns(&mut self, columns: Vec<proto::Col>) {
        self.columns = columns;
    }

    fn row(&mut self, row: proto::Row) -> Result<(), Failure> {
        let size = row.values.iter().map(size).sum();
        self.room = self.room.checked_sub(size).ok_or_else(Failure::too_large)?;
        self.rows.push(row);
        Ok(())
    }

    fn done(&mut self, done: Done, took: Duration) {
        let result = proto::StmtResult {
            cols: std::mem::take(&mut self.columns),
            rows: std::mem::take(&mut self.rows),
            affected_row_count: done.changes,
            last_insert_rowid: done.rowid,
            replication_index: None,
            rows_read: done.rows,
            rows_written: done.changes,
            query_duration_ms: took.as_secs_f64() * 1000.0,
        };
        self.push(Some(result), None);
    }

    fn failed(&mut self, failure: Failure) {
        (self.columns, self.rows) = (Vec::new(), Vec::new());
        self.push(None, Some(failure));
    }

    fn skipped(&mut self) {
        self.push(None, None);
    }
}

/// About how many bytes a value takes in an answer, as libsql-server counts them.
fn size(value: &proto::Value) -> u64 {
    let bytes = match value {
        proto::Value::None | proto::Value::Null => 15,
        proto::Value::Integer { .. } => 48,
        proto::Value::Float { .. } => 44,
        proto::Value::Text { value } => value.len() + 26,
        proto::Value::Blob { value } => value.len(),
    };
    bytes as u64
}
