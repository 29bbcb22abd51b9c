//! `Client`: the sockets to all remote databases, one pool for the process, with a deadline on everything. It says what
//! a request that got no answer means, and reads no answer without a limit.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::{Request, Response, redirect};

use super::error::of_transport;
use crate::{Clock, Result, StorageError};

/// How many idle sockets are kept to one host.
const IDLE: usize = 64;
/// How long an idle socket is kept: less than servers and proxies wait before they close it under one's feet.
const KEPT: Duration = Duration::from_secs(25);
/// The longest answer that is read, in bytes; libsql-server itself gives 10 MB at most.
pub(super) const LONGEST: usize = 64 << 20;

/// The process's way to remote databases. A clone is the same one.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

/// What it means that the socket was lost after a request was sent on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDisconnect {
    /// The request changes nothing that lasts, or the same when done twice: it may be sent once more.
    Nothing,
    /// Nobody knows whether it was done.
    Unknown,
    /// The transaction that it was part of is rolled back.
    Transaction,
}

impl Client {
    /// `deadline` is for each call as a whole. An error if the system's certificates cannot be read.
    pub fn new(clock: Arc<dyn Clock>, deadline: Duration) -> Result<Self> {
        let builder = reqwest::Client::builder()
            .http1_only() // a lost packet holds up one request, not all of them
            .tcp_nodelay(true)
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(KEPT)
            .connect_timeout(deadline)
            .redirect(redirect::Policy::none()) // a token goes where the settings say, and nowhere else
            .no_proxy()
            .retry(reqwest::retry::never()) // here alone is known what may be done twice
            .user_agent(concat!("freehold/", env!("CARGO_PKG_VERSION")));
        let http = builder.build().map_err(|error| of_transport(&error, OnDisconnect::Nothing))?;
        Ok(Self { http, clock, deadline })
    }

    /// How long each call may take.
    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The time now.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// To make requests of.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Does it, or gives it up at the deadline.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::time::timeout(self.deadline, work).await.unwrap_or(Err(StorageError::TimedOut))
    }

    /// Sends a request and waits for the head of its answer, whatever its status. A kept socket that the server had closed
    /// meanwhile shows only now: what may be sent twice is then sent again.
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

    /// An answer's whole body.
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

/// The error for what does not end.
pub(super) fn too_long() -> StorageError {
    StorageError::Unusable(format!("an answer of more than {LONGEST} bytes"))
}
