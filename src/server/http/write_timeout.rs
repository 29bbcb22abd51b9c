//! `WriteTimeout`: a stream with a write timeout. hyper waits for ever on a client that sends a request and does not read the
//! answer. With `WriteTimeout`, a write that makes no progress for the timeout fails and ends the connection.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use crate::http::activity::Activity;

/// A stream whose writes fail after a timeout.
pub(crate) struct WriteTimeout<S> {
    stream: S,
    patience: Duration,
    /// The timer of the current write. `None` while no write waits.
    waiting: Option<Pin<Box<Sleep>>>,
    /// Is told when a write begins to wait and when it goes on.
    activity: Arc<Activity>,
}

impl<S> WriteTimeout<S> {
    /// Wraps `stream`. A write fails after `patience` without progress.
    pub(crate) fn new(stream: S, patience: Duration, activity: Arc<Activity>) -> Self {
        Self { stream, patience, waiting: None, activity }
    }

    /// Returns the result of a write, or a `TimedOut` error once the write has waited for the timeout.
    fn in_time<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.waiting.take().is_some() {
                self.activity.reads();
            }
            return written;
        }
        if self.waiting.is_none() {
            self.activity.stalls();
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read its answer")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WriteTimeout<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WriteTimeout<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.in_time(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.in_time(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.in_time(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.stream).poll_shutdown(context);
        self.in_time(context, closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_not_waited_for_for_ever() {
        let (ours, mut theirs) = duplex(4);
        let activity = Arc::new(Activity::new());
        activity.is_answered();
        let mut ours = WriteTimeout::new(ours, Duration::from_millis(200), Arc::clone(&activity));
        ours.write_all(b"four").await.unwrap();
        let mut read = [0; 4];
        let (written, _) = tokio::join!(ours.write_all(b"more"), theirs.read_exact(&mut read));
        written.unwrap();
        assert!(ours.waiting.is_none() && read == *b"four");
        assert!(activity.waits_since().is_none(), "a client that reads is waited for no more");
        assert_eq!(ours.write_all(b"too much").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(activity.waits_since().is_some());
    }
}
