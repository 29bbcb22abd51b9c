//! `POST /v3/cursor`: a batch whose rows are sent as they are read, each as a line of JSON.

use std::{io, pin::Pin, task::Context, task::Poll, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use http_body::Frame;
use libsql_hrana::proto::{
    self, CursorEntry, CursorReqBody, CursorRespBody, StepBeginEntry, StepEndEntry, StepErrorEntry,
};
use serde::Serialize;
use tokio::{sync::mpsc, time::sleep};

use super::{
    failure::Failure,
    job::{Asked, GivesUp},
    pipeline::parse,
    requests::{Stop, program},
    results::Results,
    streams::Streams,
};
use crate::{connection::Done, refusal::Refusal, torn::FLUSH};

type Line = io::Result<Bytes>;

pub(crate) async fn cursor(streams: &Streams, asked: &Asked, body: &Bytes) -> Result<Response, Refusal> {
    let body: CursorReqBody = parse(body)?;
    let mut stream = streams.take(body.baton.as_deref(), asked).await?;
    let program = program(&body.batch, &mut stream).map_err(|stop| match stop {
        Stop::Refused(refusal) => refusal,
        Stop::Failed(failure) => Refusal::internal(proto::Error::from(failure).message),
    })?;
    let (job, gives_up) = asked.job(stream.connection()?);
    let (lines, taken) = mpsc::channel(64);
    // A program that is not allowed is refused only after the answer has begun. The answer then breaks off.
    let is_allowed = program.check(asked.access, &asked.database.key).is_ok();
    let head = CursorRespBody { baton: stream.release(), base_url: None };
    let asked = asked.clone();
    tokio::spawn(async move {
        drop(lines.send(Ok(line(&head))).await);
        if !is_allowed {
            sleep(FLUSH).await;
            drop(lines.send(Err(io::ErrorKind::PermissionDenied.into())).await);
            return;
        }
        let frame = asked.database.advance();
        let mut entries = Entries { lines, step: 0, begun: false };
        let work = move || {
            if let Err(failure) = program.run(&job, &mut entries) {
                return entries.give_up(failure);
            }
            entries.say(&CursorEntry::ReplicationIndex { replication_index: Some(frame) });
        };
        drop(asked.jobs.run(work).await);
    });
    let body = Body::new(Lines { taken, _gives_up: gives_up });
    Ok(([(CONTENT_TYPE, "text/plain")], body).into_response())
}

fn line(entry: &impl Serialize) -> Bytes {
    let mut line = serde_json::to_vec(entry).unwrap_or_default();
    line.push(b'\n');
    line.into()
}

/// Sends the results of the steps.
struct Entries {
    lines: mpsc::Sender<Line>,
    step: u32,
    /// Whether the columns of the step were sent.
    begun: bool,
}

impl Entries {
    fn say(&self, entry: &CursorEntry) {
        drop(self.lines.blocking_send(Ok(line(entry)))); // the client may be gone
    }

    /// Ends the answer before the last step.
    fn give_up(&self, failure: Failure) {
        if failure.refusal().is_none() {
            return self.say(&CursorEntry::Error { error: failure.into() });
        }
        std::thread::sleep(FLUSH);
        drop(self.lines.blocking_send(Err(io::ErrorKind::InvalidData.into())));
    }

    fn next(&mut self) {
        self.step += 1;
        self.begun = false;
    }
}

impl Results for Entries {
    fn columns(&mut self, cols: Vec<proto::Col>) {
        self.begun = true;
        self.say(&CursorEntry::StepBegin(StepBeginEntry { step: self.step, cols }));
    }

    fn row(&mut self, row: proto::Row) -> Result<(), Failure> {
        self.say(&CursorEntry::Row { row });
        Ok(())
    }

    fn done(&mut self, done: Done, _took: Duration) {
        let entry = StepEndEntry { affected_row_count: done.changes, last_insert_rowid: done.rowid };
        self.say(&CursorEntry::StepEnd(entry));
        self.next();
    }

    fn failed(&mut self, failure: Failure) {
        let entry = StepErrorEntry { step: self.step, error: failure.into() };
        self.say(&CursorEntry::StepError(entry));
        self.next();
    }

    fn skipped(&mut self) {
        self.next();
    }
}

/// The lines as a body.
struct Lines {
    taken: mpsc::Receiver<Line>,
    _gives_up: GivesUp,
}

impl http_body::Body for Lines {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.taken.poll_recv(context).map(|line| line.map(|line| line.map(Frame::data)))
    }
}
