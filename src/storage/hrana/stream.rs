//! `Stream`: a connection that the server keeps open between two requests, with its transaction. Each answer carries the baton
//! for the next request. A baton is valid for one request only. A dropped stream is closed in the background, so that the
//! server rolls back and admits the next writer.

use std::sync::Arc;

use libsql_hrana::proto::{PipelineRespBody, StreamRequest, StreamResult};
use reqwest::Url;
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit};

use super::{
    client::OnDisconnect,
    remote::{Remote, close, folder},
};
use crate::{Result, StorageError};

pub(super) struct Stream {
    remote: Arc<Remote>,
    /// The stream's address, if the server moved it.
    url: Option<Url>,
    /// The baton for the next request. `None` while a request is in flight, so that no baton is sent twice.
    baton: Option<String>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Stream {
    /// Opens a stream with the answer to its first request, which carried no baton.
    pub(super) fn open(remote: &Arc<Remote>, permit: OwnedSemaphorePermit, answer: PipelineRespBody) -> Result<Self> {
        let mut stream = Self { remote: Arc::clone(remote), url: None, baton: None, permit: Some(permit) };
        stream.follow(answer)?;
        Ok(stream)
    }

    /// Sends requests within the deadline and returns their results, one for each. After an error the stream cannot be used.
    pub(super) async fn pipeline(
        &mut self,
        requests: Vec<StreamRequest>,
        loss: OnDisconnect,
    ) -> Result<Vec<StreamResult>> {
        let baton = self.baton.take().ok_or_else(|| StorageError::Lost("its stream is closed".into()))?;
        let asking = self.remote.pipeline(self.url.as_ref(), Some(baton), requests, loss);
        let answer = self.remote.client.within(asking).await?;
        self.follow(answer)
    }

    fn follow(&mut self, answer: PipelineRespBody) -> Result<Vec<StreamResult>> {
        self.baton = answer.baton;
        if let Some(url) = answer.base_url {
            self.url = Some(self.moved(&url)?);
        }
        Ok(answer.results)
    }

    /// The address to which the server moves the stream. A move from `https` to `http` is refused.
    fn moved(&self, url: &str) -> Result<Url> {
        let before = self.url.as_ref().unwrap_or(self.remote.url()).scheme();
        let url = Url::parse(url).ok().filter(|url| url.scheme() == before || url.scheme() == "https");
        url.map(folder).ok_or_else(|| StorageError::Unusable("a stream that goes on at no good address".into()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let (Some(baton), Ok(runtime)) = (self.baton.take(), Handle::try_current()) else { return };
        let (remote, url, permit) = (Arc::clone(&self.remote), self.url.take(), self.permit.take());
        runtime.spawn(async move {
            let closing = remote.pipeline(url.as_ref(), Some(baton), vec![close()], OnDisconnect::Transaction);
            if let Err(error) = remote.client.within(closing).await {
                tracing::debug!(%error, "a stream could not be closed: the server will close it");
            }
            drop(permit);
        });
    }
}
