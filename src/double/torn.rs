//! Answers that break off. The headers announce the whole body, half of it is sent, and the socket is closed.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header::CONTENT_LENGTH},
    response::Response,
};
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::time::{Sleep, sleep};

/// Pause before the socket is closed, so that what was written is sent.
pub(crate) const FLUSH: Duration = Duration::from_millis(20);

/// Cuts an answer in half.
pub(crate) async fn tear(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    // At least one byte is missing, even from an empty answer.
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole.len().max(1)));
    Response::from_parts(head, Body::new(Torn { half: Some(half), pause: Box::pin(sleep(FLUSH)) }))
}

struct Torn {
    half: Option<Bytes>,
    pause: Pin<Box<Sleep>>,
}

impl http_body::Body for Torn {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        ready!(self.pause.as_mut().poll(context));
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
    }
}
