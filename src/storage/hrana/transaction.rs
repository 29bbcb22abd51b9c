//! `Transaction`: a write transaction over several round trips, one for each statement. Each statement is sent on the condition
//! that the transaction is still open. So a server that lost the transaction does nothing more for it.

use libsql::Value;
use libsql_hrana::proto::{SequenceStreamReq, Stmt, StmtResult, StreamRequest, StreamResponse, StreamResult};

use super::{
    client::OnDisconnect,
    error::{of_result, of_statement},
    remote::{batch, close, is_open, step},
    stream::Stream,
    value::{rows, statement},
};
use crate::{Result, Rows, StorageError};

/// Most statements in one request.
const AT_ONCE: usize = 128;

/// A write transaction. Dropping it without `commit` rolls it back.
pub struct Transaction {
    /// `None` after the transaction is lost, and while a request is in flight.
    stream: Option<Stream>,
}

impl Transaction {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream: Some(stream) }
    }

    /// Runs one statement in the transaction. After any error that is not the statement's own, the transaction is lost.
    pub async fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        let requests = vec![if_open(statement(sql, params)?)];
        let done = self.ask(requests, |results| done(results.into_iter().next())).await?;
        rows(sql, done)
    }

    /// Runs one statement with each of these lists of parameters.
    pub async fn run_each(&mut self, sql: &'static str, all: Vec<Vec<Value>>) -> Result<()> {
        let mut all = all.into_iter().peekable();
        while all.peek().is_some() {
            let some = all.by_ref().take(AT_ONCE);
            let requests = some.map(|params| Ok(if_open(statement(sql, params)?))).collect::<Result<_>>()?;
            self.ask(requests, |results| results.into_iter().try_for_each(|result| done(Some(result)).map(drop)))
                .await?;
        }
        Ok(())
    }

    /// Runs several statements, given in one text, that take no parameters. Such a request can have no condition. So its first
    /// statement releases a savepoint that exists only if the transaction is open. If that fails, the rest does not run.
    pub async fn sequence(&mut self, sql: &'static str) -> Result<()> {
        let sql = Some(format!("RELEASE still_open;\n{sql}"));
        let sequence = SequenceStreamReq { sql, sql_id: None, replication_index: None };
        let requests = vec![if_open(statement("SAVEPOINT still_open", vec![])?), StreamRequest::Sequence(sequence)];
        let read = |results: Vec<StreamResult>| {
            let mut results = results.into_iter();
            done(results.next())?;
            match results.next() {
                Some(StreamResult::Ok { response: StreamResponse::Sequence(_) }) => Ok(()),
                other => Err(of_result(other)),
            }
        };
        self.ask(requests, read).await
    }

    /// Commits the transaction. `TimedOut` means that it is unknown whether it was committed.
    pub async fn commit(mut self) -> Result<()> {
        let mut stream = self.stream.take().ok_or_else(lost)?;
        let requests = vec![if_open(statement("COMMIT", vec![])?), close()];
        let results = stream.pipeline(requests, OnDisconnect::Unknown).await?;
        done(results.into_iter().next()).map(drop)
    }

    async fn ask<T>(
        &mut self,
        requests: Vec<StreamRequest>,
        read: impl FnOnce(Vec<StreamResult>) -> Result<T>,
    ) -> Result<T> {
        let mut stream = self.stream.take().ok_or_else(lost)?;
        let answer = stream.pipeline(requests, OnDisconnect::Transaction).await.and_then(read);
        if answer.as_ref().err().is_none_or(leaves_it_open) {
            self.stream = Some(stream);
        }
        answer
    }
}

/// A request that runs a statement only if a transaction is open.
fn if_open(stmt: Stmt) -> StreamRequest {
    batch(vec![step(Some(is_open()), stmt)])
}

/// The result of a request of `if_open`.
fn done(result: Option<StreamResult>) -> Result<StmtResult> {
    let Some(StreamResult::Ok { response: StreamResponse::Batch(mut batch) }) = result else {
        return Err(of_result(result));
    };
    match (batch.result.step_results.pop().flatten(), batch.result.step_errors.pop().flatten()) {
        (Some(done), _) => Ok(done),
        (None, Some(error)) => Err(of_statement(error)),
        (None, None) => Err(lost()),
    }
}

/// Whether an error is only about one statement. SQLite undoes that statement and keeps the transaction.
fn leaves_it_open(error: &StorageError) -> bool {
    matches!(error, StorageError::Constraint(_) | StorageError::Other { .. })
}

fn lost() -> StorageError {
    StorageError::Lost("its transaction is rolled back".into())
}
