//! `Activity`: whether a connection waits for its client, or its client for the answer; and the bodies that tell. A
//! connection waits from its start, or the end of the last answer, until a whole request has come.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Instant,
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio_util::sync::CancellationToken;

/// Stands for no time: a request is being answered.
const ANSWERED: u64 = u64::MAX;

/// What one connection does.
pub(crate) struct Activity {
    began: Instant,
    /// Milliseconds after `began`.
    waits_since: AtomicU64,
    ended: CancellationToken,
}

impl Activity {
    /// Of a connection that has just begun.
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), waits_since: AtomicU64::new(0), ended: CancellationToken::new() }
    }

    /// Since when it waits for its client; none while a request is answered.
    pub(crate) fn waits_since(&self) -> Option<Instant> {
        let since = self.waits_since.load(Ordering::Relaxed);
        (since != ANSWERED).then(|| self.began + std::time::Duration::from_millis(since))
    }

    /// A whole request has come.
    pub(crate) fn is_answered(&self) {
        self.waits_since.store(ANSWERED, Ordering::Relaxed);
    }

    /// The client has its answer.
    fn waits(&self) {
        let since = u64::try_from(self.began.elapsed().as_millis()).unwrap_or_default();
        self.waits_since.store(since, Ordering::Relaxed);
    }

    /// Ends the connection.
    pub(crate) fn end(&self) {
        self.ended.cancel();
    }

    /// Waits until the connection is to end.
    pub(crate) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    #[cfg(test)]
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }
}

/// The body of a request. The connection waits until all of it has come.
pub(crate) fn asking(body: hyper::body::Incoming, activity: &Arc<Activity>) -> Body {
    if body.is_end_stream() {
        activity.is_answered();
        Body::new(body)
    } else {
        Body::new(Asking { body, activity: Arc::clone(activity) })
    }
}

struct Asking {
    body: hyper::body::Incoming,
    activity: Arc<Activity>,
}

impl HttpBody for Asking {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.activity.is_answered();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer. When it is gone, the connection waits for the next request.
pub(crate) struct Answer {
    body: Body,
    activity: Arc<Activity>,
}

impl Answer {
    pub(crate) fn new(body: Body, activity: Arc<Activity>) -> Self {
        activity.is_answered(); // even if not all of its request was read
        Self { body, activity }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.activity.waits();
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
