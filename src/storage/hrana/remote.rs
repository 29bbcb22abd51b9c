//! `Remote`: the address of one database, its tokens, and its limits on concurrent requests. The file also has the functions
//! that build the parts of a Hrana request.

use std::sync::Arc;

use domain::Secret;
use libsql_hrana::proto::{
    Batch, BatchCond, BatchCondList, BatchStep, BatchStreamReq, CloseStreamReq, ExecuteStreamReq, PipelineReqBody,
    PipelineRespBody, Stmt, StreamRequest,
};
use reqwest::{Response, Url, header};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    client::{Client, OnDisconnect},
    error::{of_garbage, of_status, of_transport},
    gate::ReadAdmission,
    tokens::Tokens,
};
use crate::{Result, StorageError, libsql_server::Namespace};

/// Most full copies of one database that are read at once.
const COPIES: usize = 2;
/// Most writes and write transactions at once. The server runs one after the other anyway. When several wait there,
/// libsql-server 0.24 sometimes gives the lock to a connection that is gone, and the namespace can never be written again.
const WRITERS: usize = 1;

pub(super) struct Remote {
    pub(super) client: Client,
    url: Url,
    namespace: Option<Namespace>,
    tokens: Tokens,
    pub(super) reads: ReadAdmission,
    copies: Arc<Semaphore>,
    writers: Arc<Semaphore>,
}

impl Remote {
    pub(super) fn new(client: Client, url: Url, namespace: Option<Namespace>, tokens: Tokens) -> Self {
        let [copies, writers] = [COPIES, WRITERS].map(|most| Arc::new(Semaphore::new(most)));
        Self { client, url: folder(url), namespace, tokens, reads: ReadAdmission::new(), copies, writers }
    }

    /// The address of the database. A stream may have been moved to another one.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Waits for a permit to read a full copy.
    pub(super) async fn copier(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.copies).acquire_owned().await.map_err(|_| closed())
    }

    /// Waits for a permit to write. Returns `Busy` after three quarters of the deadline, so that some time is left for the
    /// write.
    pub(super) async fn writer(&self) -> Result<OwnedSemaphorePermit> {
        let waiting = Arc::clone(&self.writers).acquire_owned();
        let waited = tokio::time::timeout(self.client.deadline() * 3 / 4, waiting).await;
        waited.map_err(|_late| StorageError::Busy)?.map_err(|_| closed())
    }

    /// Whether a write of this process is running.
    pub(super) fn is_written(&self) -> bool {
        self.writers.available_permits() < WRITERS
    }

    /// Sends requests and returns their results, one for each. `url` is the address of a stream that was moved.
    pub(super) async fn pipeline(
        &self,
        url: Option<&Url>,
        baton: Option<String>,
        requests: Vec<StreamRequest>,
        loss: OnDisconnect,
    ) -> Result<PipelineRespBody> {
        let on_stream = baton.is_some();
        let body = PipelineReqBody { baton, requests };
        let answer = self.post(url.unwrap_or(&self.url), "v3/pipeline", &body, on_stream, loss).await?;
        let answer = self.client.body(answer, loss).await?;
        // Parses a slice and not a reader, because the integers and blobs of the wire format borrow from it.
        serde_json::from_slice(&answer).map_err(|error| of_garbage(&error))
    }

    /// Posts a body and returns the answer if its status is 2xx. A refused token is replaced, and the request is retried once.
    pub(super) async fn post(
        &self,
        url: &Url,
        path: &str,
        body: &impl Serialize,
        on_stream: bool,
        loss: OnDisconnect,
    ) -> Result<Response> {
        let body = serde_json::to_vec(body).map_err(|error| of_garbage(&error))?;
        let url = url.join(path).map_err(|error| StorageError::Unusable(error.to_string()))?;
        let token = self.tokens.get(self.client.now()).await?;
        match self.post_once(url.clone(), body.clone(), token.as_ref(), on_stream, loss).await {
            Err(StorageError::Unauthorised(_)) if token.is_some_and(|token| self.tokens.refused(&token)) => {
                let token = self.tokens.get(self.client.now()).await?;
                self.post_once(url, body, token.as_ref(), on_stream, loss).await
            }
            answered => answered,
        }
    }

    async fn post_once(
        &self,
        url: Url,
        body: Vec<u8>,
        token: Option<&Secret>,
        on_stream: bool,
        loss: OnDisconnect,
    ) -> Result<Response> {
        let mut request = self.client.http().post(url).header(header::CONTENT_TYPE, "application/json").body(body);
        if let Some(namespace) = &self.namespace {
            request = request.header("x-namespace", namespace.as_ref());
        }
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        let request = request.build().map_err(|error| of_transport(&error, loss))?;
        let answer = self.client.send(request, loss).await?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        Err(of_status(status, &self.client.body(answer, loss).await?, on_stream))
    }
}

/// The URL with `/` at its end, so that `join` adds to its path and does not replace the last part.
pub(crate) fn folder(mut url: Url) -> Url {
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    url
}

fn closed() -> StorageError {
    StorageError::Lost("the database is closed".into())
}

pub(super) fn execute(stmt: Stmt) -> StreamRequest {
    StreamRequest::Execute(ExecuteStreamReq { stmt })
}

pub(super) fn batch(steps: Vec<BatchStep>) -> StreamRequest {
    StreamRequest::Batch(BatchStreamReq { batch: Batch { steps, replication_index: None } })
}

pub(super) fn close() -> StreamRequest {
    StreamRequest::Close(CloseStreamReq {})
}

pub(super) fn step(condition: Option<BatchCond>, stmt: Stmt) -> BatchStep {
    BatchStep { condition, stmt }
}

/// The condition that a step was done.
pub(super) fn ok(step: usize) -> BatchCond {
    BatchCond::Ok { step: u32::try_from(step).unwrap_or(u32::MAX) } // a batch of so many steps is refused by the server
}

/// The condition that a transaction is open.
pub(super) fn is_open() -> BatchCond {
    not(BatchCond::IsAutocommit {})
}

pub(super) fn not(cond: BatchCond) -> BatchCond {
    BatchCond::Not { cond: Box::new(cond) }
}

pub(super) fn both(one: BatchCond, other: BatchCond) -> BatchCond {
    BatchCond::And(BatchCondList { conds: vec![one, other] })
}
