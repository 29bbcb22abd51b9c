//! Hrana 3 over HTTP with JSON: how databases on libsql-server and Turso are read and written. The process has one `Client`,
//! whose sockets all databases share, and one `Database` for each open database. A call takes SQL text and values, and returns
//! owned rows or a `StorageError`. Every call ends within the client's deadline. The types of the wire format come from
//! `libsql-hrana`.

mod client;
mod cursor;
mod error;
mod gate;
mod remote;
mod stream;
#[cfg(test)]
pub(super) mod tests;
mod tokens;
mod transaction;
mod value;

use std::{borrow::Cow, sync::Arc};

use libsql::Value;
use libsql_hrana::proto::{BatchCond, BatchResult, StreamResponse, StreamResult};
use reqwest::Url;

pub(crate) use self::{client::Client, tokens::Tokens, transaction::Transaction};
pub(super) use self::{
    client::OnDisconnect,
    error::{of_garbage, of_status, of_transport},
    remote::folder,
};
use self::{
    remote::{Remote, batch, both, close, execute, is_open, not, ok, step},
    stream::Stream,
    value::{rows, statement},
};
use super::{COMPOSED, Result, Rows, SIZE, StorageError, libsql_server::Namespace};

/// One remote database. Only sockets stay open between two calls, and they belong to the client.
pub struct Database {
    remote: Arc<Remote>,
}

impl Database {
    /// The database behind `url`. `namespace` selects one of them where one host has many (libsql-server).
    pub fn new(client: &Client, url: Url, namespace: Option<Namespace>, tokens: Tokens) -> Self {
        Self { remote: Arc::new(Remote::new(client.clone(), url, namespace, tokens)) }
    }

    /// Runs one reading statement in one round trip. It may be sent twice, so it must change nothing.
    pub async fn read(&self, sql: impl Into<Cow<'static, str>>, params: Vec<Value>) -> Result<Rows> {
        let sql = sql.into();
        let name = if let Cow::Borrowed(sql) = sql { sql } else { COMPOSED };
        let requests = vec![execute(statement(sql, params)?), close()];
        let asking = async {
            let pass = self.remote.reads.pass().await;
            let answer = self.remote.pipeline(None, None, requests, OnDisconnect::Nothing).await;
            if !matches!(answer, Err(StorageError::TimedOut)) {
                pass.heard();
            }
            answer
        };
        match self.remote.client.within(asking).await?.results.into_iter().next() {
            Some(StreamResult::Ok { response: StreamResponse::Execute(done) }) => rows(name, done.result),
            other => Err(error::of_result(other)),
        }
    }

    /// Runs all statements in one write transaction, in one round trip. Either all of them are done or none. `TimedOut` is also
    /// returned if the connection broke after the request was sent. It is then unknown whether they were done.
    pub async fn batch<S: Into<Cow<'static, str>>>(&self, statements: Vec<(S, Vec<Value>)>) -> Result<()> {
        let requests = vec![batch(atomic(statements)?), close()];
        let asking = async {
            let _permit = self.remote.writer().await?;
            self.remote.pipeline(None, None, requests, OnDisconnect::Unknown).await
        };
        match self.remote.client.within(asking).await?.results.into_iter().next() {
            Some(StreamResult::Ok { response: StreamResponse::Batch(done) }) => committed(done.result),
            other => Err(error::of_result(other)),
        }
    }

    /// Begins a write transaction in one round trip. Waits for the one before it no longer than the deadline. Returns `Busy`
    /// after that, or `TimedOut` if no write of this process is running.
    pub async fn write(&self) -> Result<Transaction> {
        let asking = async {
            let permit = self.remote.writer().await?;
            let begin = vec![execute(statement("BEGIN IMMEDIATE", vec![])?)];
            let mut answer = self.remote.pipeline(None, None, begin, OnDisconnect::Nothing).await?;
            let results = std::mem::take(&mut answer.results);
            let stream = Stream::open(&self.remote, permit, answer)?; // dropping it closes it on the server
            match results.into_iter().next() {
                Some(StreamResult::Ok { response: StreamResponse::Execute(_) }) => Ok(Transaction::new(stream)),
                other => Err(error::of_result(other)),
            }
        };
        match self.remote.client.within(asking).await {
            // Nothing was done yet. Another write of this process was in the way.
            Err(StorageError::TimedOut) if self.remote.is_written() => Err(StorageError::Busy),
            begun => begun,
        }
    }

    /// Size of the database in bytes.
    pub async fn size(&self) -> Result<u64> {
        self.read(SIZE, vec![]).await?.first().map_or(Ok(0), |row| row.get(0))
    }

    /// Runs reading statements in one transaction, so that all see the same state. Passes each row to `each` as it comes, with
    /// the number of its statement, counted from 0. The deadline applies to each piece of the answer.
    pub async fn stream(
        &self,
        statements: Vec<String>,
        each: impl FnMut(usize, Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        let permit = self.remote.client.within(self.remote.copier()).await?;
        cursor::run(&self.remote, permit, statements, each).await
    }
}

/// The steps of a batch: `BEGIN`, each statement if the one before was done, `COMMIT` if all were done, else `ROLLBACK`.
fn atomic<S: Into<Cow<'static, str>>>(statements: Vec<(S, Vec<Value>)>) -> Result<Vec<libsql_hrana::proto::BatchStep>> {
    let mut steps = vec![step(None, statement("BEGIN IMMEDIATE", vec![])?)];
    for (sql, params) in statements {
        steps.push(step(Some(ok(steps.len() - 1)), statement(sql, params)?));
    }
    let commit = steps.len();
    steps.push(step(Some(ok(commit - 1)), statement("COMMIT", vec![])?));
    let undo: BatchCond = both(not(ok(commit)), is_open());
    steps.push(step(Some(undo), statement("ROLLBACK", vec![])?));
    Ok(steps)
}

/// Checks that the `COMMIT`, the last step but one, was done. If not, returns the first error.
fn committed(result: BatchResult) -> Result<()> {
    let commit = result.step_results.len().checked_sub(2);
    if commit.is_some_and(|commit| result.step_results[commit].is_some()) {
        return Ok(());
    }
    let first = result.step_errors.into_iter().flatten().next();
    Err(first.map_or_else(|| StorageError::Lost("it was not committed".into()), error::of_statement))
}
