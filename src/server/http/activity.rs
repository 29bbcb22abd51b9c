//! `Activity`: whether a connection waits for its client, and the bodies that record it. A connection waits from its start, or
//! from the end of the last answer, until a whole request has arrived. It also waits while the client does not read its answer.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio_util::sync::CancellationToken;

/// The value of an `AtomicU64` that means no time.
const NEVER: u64 = u64::MAX;

/// The activity of one connection.
pub(crate) struct Activity {
    began: Instant,
    /// Since when the connection waits for a whole request, in milliseconds after `began`.
    waits_since: AtomicU64,
    /// Since when the client does not read its answer, in milliseconds after `began`.
    stalled_since: AtomicU64,
    ended: CancellationToken,
}

impl Activity {
    /// The activity of a new connection, which waits for its first request.
    pub(crate) fn new() -> Self {
        let (waits_since, stalled_since) = (AtomicU64::new(0), AtomicU64::new(NEVER));
        Self { began: Instant::now(), waits_since, stalled_since, ended: CancellationToken::new() }
    }

    /// Since when the connection waits for its client. `None` while a request is answered or the client reads the answer.
    pub(crate) fn waits_since(&self) -> Option<Instant> {
        let since = self.waits_since.load(Ordering::Relaxed).min(self.stalled_since.load(Ordering::Relaxed));
        (since != NEVER).then(|| self.began + Duration::from_millis(since))
    }

    /// Records that a whole request has arrived.
    pub(crate) fn is_answered(&self) {
        self.waits_since.store(NEVER, Ordering::Relaxed);
    }

    /// Records that the answer is sent. The connection waits for the next request.
    pub(crate) fn waits(&self) {
        self.waits_since.store(self.now(), Ordering::Relaxed);
    }

    /// Records that the client has stopped reading its answer.
    pub(crate) fn stalls(&self) {
        self.stalled_since.store(self.now(), Ordering::Relaxed);
    }

    /// Records that the client reads its answer again.
    pub(crate) fn reads(&self) {
        self.stalled_since.store(NEVER, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or_default()
    }

    /// Tells the connection to end.
    pub(crate) fn end(&self) {
        self.ended.cancel();
    }

    /// Waits until `end` is called.
    pub(crate) async fn ended(&self) {
        self.ended.cancelled().await;
    }

    #[cfg(test)]
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.is_cancelled()
    }
}

/// Wraps the body of a request. The connection waits for its client until the whole body has arrived.
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

/// The body of an answer. When it is dropped, the connection waits for the next request.
pub(crate) struct Answer {
    body: Body,
    activity: Arc<Activity>,
}

impl Answer {
    pub(crate) fn new(body: Body, activity: Arc<Activity>) -> Self {
        activity.is_answered(); // even if the request was not read to its end
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
