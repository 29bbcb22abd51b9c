//! `Client`: the HTTP client for all remote databases. The process has one pool of sockets, and every call has a deadline. The
//! client decides what a request without an answer means, and limits the length of every answer.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::{Request, Response, redirect};

use super::error::of_transport;
use crate::{Clock, Result, StorageError};

/// Most idle sockets that are kept to one host.
const IDLE: usize = 64;
/// How long an idle socket is kept. It is shorter than the idle timeout of servers and proxies, so that they do not close it
/// first.
const KEPT: Duration = Duration::from_secs(25);
/// Longest answer that is read, in bytes. libsql-server itself sends 10 MB at most.
pub(super) const LONGEST: usize = 64 << 20;

/// The process's HTTP client for remote databases. Clones share its sockets.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

/// What it means that the socket was lost after a request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDisconnect {
    /// The request changes nothing that lasts, or has the same effect when done twice. It may be sent once more.
    Nothing,
    /// It is unknown whether the request was done.
    Unknown,
    /// The transaction that it was part of is rolled back.
    Transaction,
}

impl Client {
    /// Creates a client. `deadline` applies to each call as a whole. Returns an error if the system's certificates cannot be
    /// read.
    pub fn new(clock: Arc<dyn Clock>, deadline: Duration) -> Result<Self> {
        let builder = reqwest::Client::builder()
            .http1_only() // a lost packet holds up one request, not all of them
            .tcp_nodelay(true)
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(KEPT)
            .connect_timeout(deadline)
            .redirect(redirect::Policy::none()) // a token must go only where the settings say
            .no_proxy()
            .retry(reqwest::retry::never()) // only this client knows what may be done twice
            .user_agent(concat!("freehold/", env!("CARGO_PKG_VERSION")));
        let http = builder.build().map_err(|error| of_transport(&error, OnDisconnect::Nothing))?;
        Ok(Self { http, clock, deadline })
    }

    /// Deadline of each call.
    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The time now.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The HTTP client that builds requests.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Runs `work`. Returns `TimedOut` if it is not done at the deadline.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::time::timeout(self.deadline, work).await.unwrap_or(Err(StorageError::TimedOut))
    }

    /// Sends a request and waits for the head of its answer, whatever its status. If the server has closed a kept socket, this
    /// shows only now. A request that may be sent twice is then sent again.
    pub(crate) async fn send(&self, request: Request, loss: OnDisconnect) -> Result<Response> {
        let again = if loss == OnDisconnect::Nothing { request.try_clone() } else { None };
        let mut sent = self.http.execute(request).await;
        if let (Err(error), Some(again)) = (&sent, again)
            && !error.is_connect()
        {
            sent = self.http.execute(again).await;
        }
        sent.map_err(|error| of_transport(&error, loss))
    }

    /// Reads the whole body of an answer, up to `LONGEST` bytes.
    pub(crate) async fn body(&self, mut answer: Response, loss: OnDisconnect) -> Result<Vec<u8>> {
        if answer.content_length().is_some_and(|length| length > LONGEST as u64) {
            return Err(too_long());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| of_transport(&error, loss))? {
            if body.len() + chunk.len() > LONGEST {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// The error for an answer longer than `LONGEST`.
pub(super) fn too_long() -> StorageError {
    StorageError::Unusable(format!("an answer of more than {LONGEST} bytes"))
}
