//! Sockets and HTTP/1.1, below the handlers. Here a socket can be closed without an answer or in the middle of one.

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use axum::{body::Body, http::StatusCode, response::Html, response::IntoResponse, response::Response};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Handle,
    sync::oneshot,
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use crate::{
    faults::Fault,
    refusal::Refusal,
    sockets::{Open, Sockets},
    torn::tear,
};

/// The socket is closed without an answer.
#[derive(Debug)]
pub(crate) struct HungUp;

impl std::fmt::Display for HungUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("hung up")
    }
}

impl std::error::Error for HungUp {}

/// Answers the requests of a listener.
pub(crate) trait Answers: Send + Sync + 'static {
    /// Answers one request.
    fn answer(&self, request: Request<Body>) -> impl Future<Output = Result<Response, HungUp>> + Send;

    /// Whether a new socket must be closed at once.
    fn refuses(&self) -> bool;
}

/// An open port. It is closed when this is dropped.
#[derive(Debug)]
pub(crate) struct Wire {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    accepting: JoinHandle<()>,
}

impl Wire {
    /// Listens on `address`. Port 0 means any free port.
    pub(crate) async fn listen(
        on: &Handle,
        address: SocketAddr,
        sockets: Sockets,
        answers: Arc<impl Answers>,
    ) -> io::Result<Self> {
        let listener = on.spawn(TcpListener::bind(address)).await.map_err(io::Error::other)??;
        let (stop, stopped) = oneshot::channel();
        let address = listener.local_addr()?;
        let accepting = on.spawn(accept(listener, stopped, sockets, answers));
        Ok(Self { address, stop: Some(stop), accepting })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and every socket, as a crash does. Returns when they are closed.
    pub(crate) async fn stop(mut self) {
        self.stop = None;
        if let Err(error) = self.accepting.await {
            tracing::warn!(%error, "a listener broke");
        }
    }
}

async fn accept(
    listener: TcpListener,
    mut stopped: oneshot::Receiver<()>,
    sockets: Sockets,
    answers: Arc<impl Answers>,
) {
    let mut conversations = JoinSet::new();
    loop {
        let taken = tokio::select! {
            _ = &mut stopped => break,
            taken = listener.accept() => taken,
        };
        while conversations.try_join_next().is_some() {} // forgets connections that have ended
        let Ok((stream, _)) = taken else { continue };
        let open = sockets.taken();
        if !answers.refuses() {
            conversations.spawn(converse(stream, open, answers.clone()));
        }
    }
    drop(listener);
    conversations.shutdown().await;
}

async fn converse(stream: TcpStream, open: Open, answers: Arc<impl Answers>) {
    drop(stream.set_nodelay(true)); // without this it is only slower
    let sockets = open.0.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        sockets.asked();
        let answers = answers.clone();
        async move { answers.answer(request.map(Body::new)).await }
    });
    if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(%error, "a connection broke");
    }
    drop(open);
}

/// Does a request, or what `fault` makes of it. Faults of statements are left to `doing`.
pub(crate) async fn with_fault(
    fault: Option<Fault>,
    missing: impl FnOnce() -> Refusal + Send,
    doing: impl Future<Output = Response> + Send,
) -> Result<Response, HungUp> {
    Ok(match fault {
        None | Some(Fault::Full | Fault::Corrupt) => doing.await,
        Some(Fault::Stall) => std::future::pending().await,
        Some(Fault::Mute) => {
            drop(doing.await);
            std::future::pending().await
        }
        Some(Fault::Slow(by)) => {
            sleep(by).await;
            doing.await
        }
        Some(Fault::Refuse) => return Err(HungUp),
        Some(Fault::Cut) => tear(doing.await).await,
        Some(Fault::NotFound) => missing().into_response(),
        Some(Fault::TooMany) => {
            Refusal::error(StatusCode::TOO_MANY_REQUESTS, "Too many concurrent requests").into_response()
        }
        Some(Fault::Broken) => Refusal::internal("broken on purpose").into_response(),
        Some(Fault::Garbage) => Html("<!doctype html><title>Sign in to the network</title>").into_response(),
    })
}
