//! Reads many rows. `POST /v3/cursor` answers with a line of JSON for each row. The rows are handed over one by one and are
//! never held all at once. All statements run in one transaction, so that they see the database at one moment.

use std::sync::Arc;

use libsql::Value;
use libsql_hrana::proto::{Batch, CursorEntry, CursorReqBody, CursorRespBody, PipelineRespBody};
use reqwest::Response;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    client::{LONGEST, OnDisconnect, too_long},
    error::{of_garbage, of_statement, of_transport},
    remote::{Remote, ok, step},
    stream::Stream,
    value::{statement, values},
};
use crate::{Result, StorageError};

/// Runs the statements between `BEGIN` and `COMMIT`. Passes each row to `each`, with the number of its statement.
pub(super) async fn run(
    remote: &Arc<Remote>,
    permit: OwnedSemaphorePermit,
    statements: Vec<String>,
    each: impl FnMut(usize, Vec<Value>) -> Result<()>,
) -> Result<()> {
    let batch = snapshot(statements)?;
    let last = batch.steps.len() - 1;
    let body = CursorReqBody { baton: None, batch };
    let asking = remote.post(remote.url(), "v3/cursor", &body, false, OnDisconnect::Nothing);
    let mut lines = Lines { remote, answer: remote.client.within(asking).await?, read: Vec::new(), from: 0 };
    let head: CursorRespBody = parse(lines.next().await?.ok_or_else(cut)?)?;
    let head = PipelineRespBody { baton: head.baton, base_url: head.base_url, results: vec![] };
    let _closed_after = Stream::open(remote, permit, head)?;
    Progress { step: None, last, each }.follow(&mut lines).await
}

fn snapshot(statements: Vec<String>) -> Result<Batch> {
    let mut steps = vec![step(None, statement("BEGIN", vec![])?)];
    for sql in statements.into_iter().map(Into::into).chain([std::borrow::Cow::Borrowed("COMMIT")]) {
        steps.push(step(Some(ok(steps.len() - 1)), statement(sql, vec![])?));
    }
    Ok(Batch { steps, replication_index: None })
}

/// The position in the answer.
struct Progress<F> {
    step: Option<usize>,
    last: usize,
    each: F,
}

impl<F: FnMut(usize, Vec<Value>) -> Result<()>> Progress<F> {
    /// Reads all lines. An answer without the end of the last step is an error.
    async fn follow(mut self, lines: &mut Lines<'_>) -> Result<()> {
        let mut whole = false;
        while let Some(line) = lines.next().await? {
            match parse(line)? {
                CursorEntry::StepBegin(begin) => self.step = usize::try_from(begin.step).ok(),
                CursorEntry::StepEnd(_) => whole = self.step == Some(self.last),
                CursorEntry::Row { row } => {
                    // Steps count from `BEGIN`, statements from the one after it.
                    let step = self.step.and_then(|step| step.checked_sub(1)).ok_or_else(cut)?;
                    (self.each)(step, values(row)?)?;
                }
                CursorEntry::StepError(failed) => return Err(of_statement(failed.error)),
                CursorEntry::Error { error } => return Err(of_statement(error)),
                CursorEntry::None | CursorEntry::ReplicationIndex { .. } => {}
            }
        }
        if whole { Ok(()) } else { Err(cut()) }
    }
}

/// An answer, split into lines.
struct Lines<'a> {
    remote: &'a Remote,
    answer: Response,
    read: Vec<u8>,
    /// Where in `read` the next line begins.
    from: usize,
}

impl Lines<'_> {
    /// Returns the next line, or `None` at the end of the answer. Waits for each chunk until the deadline.
    async fn next(&mut self) -> Result<Option<&[u8]>> {
        let mut searched = self.from;
        loop {
            if let Some(length) = self.read[searched..].iter().position(|&byte| byte == b'\n') {
                let line = self.from..searched + length;
                self.from = line.end + 1;
                return Ok(Some(&self.read[line]));
            }
            self.read.drain(..self.from);
            self.from = 0;
            searched = self.read.len();
            if !self.more().await? {
                return if self.read.is_empty() { Ok(None) } else { Err(cut()) };
            }
        }
    }

    async fn more(&mut self) -> Result<bool> {
        let reading = async { self.answer.chunk().await.map_err(|error| of_transport(&error, OnDisconnect::Nothing)) };
        let Some(chunk) = self.remote.client.within(reading).await? else { return Ok(false) };
        if self.read.len() + chunk.len() > LONGEST {
            return Err(too_long());
        }
        self.read.extend_from_slice(&chunk);
        Ok(true)
    }
}

fn parse<'a, T: serde::Deserialize<'a>>(line: &'a [u8]) -> Result<T> {
    serde_json::from_slice(line).map_err(|error| of_garbage(&error))
}

fn cut() -> StorageError {
    StorageError::Unusable("an answer that ends in the middle".into())
}
