//! `Remote`: where one database is, what lets us in, and how many requests may be on their way to it at once; and the
//! pieces that a Hrana request is made of.

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
    gate::Gate,
    tokens::Tokens,
};
use crate::{Result, StorageError, libsql_server::Namespace};

/// How many copies of all of it may be read at once.
const COPIES: usize = 2;
/// How many writes and write transactions may be: the server does one after the other anyway, and with several waiting
/// there libsql-server 0.24 now and then gives the lock to a connection that is gone, and the namespace never writes again.
const WRITERS: usize = 1;

pub(super) struct Remote {
    pub(super) client: Client,
    url: Url,
    namespace: Option<Namespace>,
    tokens: Tokens,
    pub(super) reads: Gate,
    copies: Arc<Semaphore>,
    writers: Arc<Semaphore>,
}

impl Remote {
    pub(super) fn new(client: Client, url: Url, namespace: Option<Namespace>, tokens: Tokens) -> Self {
        let [copies, writers] = [COPIES, WRITERS].map(|most| Arc::new(Semaphore::new(most)));
        Self { client, url: folder(url), namespace, tokens, reads: Gate::new(), copies, writers }
    }

    /// Where requests go, unless a stream has been told to go elsewhere.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Leave to read much; waited for.
    pub(super) async fn copier(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.copies).acquire_owned().await.map_err(|_| closed())
    }

    /// Leave to write; waited for, but not so long that nothing is left of the deadline.
    pub(super) async fn writer(&self) -> Result<OwnedSemaphorePermit> {
        let waiting = Arc::clone(&self.writers).acquire_owned();
        let waited = tokio::time::timeout(self.client.deadline() * 3 / 4, waiting).await;
        waited.map_err(|_late| StorageError::Busy)?.map_err(|_| closed())
    }

    /// Whether somebody here is writing.
    pub(super) fn is_written(&self) -> bool {
        self.writers.available_permits() < WRITERS
    }

    /// Sends requests, to `url` if a stream lives elsewhere, and gives the results, one for each.
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
        // Of a slice and not a reader: the wire's integers and blobs want to borrow from it.
        serde_json::from_slice(&answer).map_err(|error| of_garbage(&error))
    }

    /// Posts a body and gives the answer if its status is 2xx. A token that is not taken is asked for anew, once.
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

/// A URL that `join` adds to, rather than replacing its last part.
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

/// That a step was done.
pub(super) fn ok(step: usize) -> BatchCond {
    BatchCond::Ok { step: u32::try_from(step).unwrap_or(u32::MAX) } // a batch of so many steps is refused by the server
}

/// That a transaction is open.
pub(super) fn is_open() -> BatchCond {
    not(BatchCond::IsAutocommit {})
}

pub(super) fn not(cond: BatchCond) -> BatchCond {
    BatchCond::Not { cond: Box::new(cond) }
}

pub(super) fn both(one: BatchCond, other: BatchCond) -> BatchCond {
    BatchCond::And(BatchCondList { conds: vec![one, other] })
}
