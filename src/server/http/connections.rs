//! The connections. Each is accepted when there is a place for it, and the router answers its requests one after another. A
//! client that sends or reads too slowly loses its connection and its place.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::http::{
    activity::{self, Answer},
    client_address::{Peer, TrustedProxies},
    connection_limits::{ConnectionLimiter, ConnectionSlot},
    write_timeout::WriteTimeout,
};

/// Upper bound on receiving the head of a request, and on an idle connection.
const HEAD: Duration = Duration::from_secs(10);
/// Write timeout: how long a client may read nothing of its answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long running requests may take after the server has begun to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// All open connections. Dropping it ends them.
pub(crate) struct Connections {
    router: Router,
    proxies: TrustedProxies,
    places: ConnectionLimiter,
    farewell: GracefulShutdown,
    /// Not a `TaskTracker`: what still runs at the end is broken off, and that one can only wait.
    running: JoinSet<()>,
}

impl Connections {
    /// Starts with no connections.
    pub(crate) fn new(router: Router, proxies: TrustedProxies) -> Self {
        let (farewell, running) = (GracefulShutdown::new(), JoinSet::new());
        Self { router, proxies, places: ConnectionLimiter::new(), farewell, running }
    }

    /// Accepts connections for ever, up to the connection limits.
    pub(crate) async fn accept(&mut self, listener: &TcpListener) -> Infallible {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    let is_proxy = self.proxies.trust(peer.ip().to_canonical());
                    if let Some(place) = self.places.place(peer.ip(), is_proxy).await {
                        self.converse(stream, peer, place);
                    } else {
                        tracing::debug!(%peer, "a connection was closed: its address has too many");
                    }
                }
                Err(error) => {
                    // The process may be out of file descriptors. An immediate retry would only use CPU time.
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(Duration::from_millis(100)).await;
                }
            }
            while self.running.try_join_next().is_some() {} // removes finished tasks
        }
    }

    /// Answers the requests of one connection, in a task of its own.
    fn converse(&mut self, stream: TcpStream, peer: SocketAddr, place: ConnectionSlot) {
        drop(stream.set_nodelay(true)); // without it answers are slower, so an error does not matter
        let router = self.router.clone();
        let activity = Arc::clone(&place.activity);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(|body| activity::asking(body, &activity));
            request.extensions_mut().insert(Peer(peer));
            let (answering, activity) = (router.clone().oneshot(request), Arc::clone(&activity));
            async move { answering.await.map(|answer| answer.map(|body| Answer::new(body, activity))) }
        });
        let mut protocol = http1::Builder::new();
        let protocol = protocol.timer(TokioTimer::new()).header_read_timeout(HEAD);
        let stream = TokioIo::new(WriteTimeout::new(stream, PATIENCE, Arc::clone(&place.activity)));
        let connection = self.farewell.watch(protocol.serve_connection(stream, service));
        self.running.spawn(async move {
            tokio::select! {
                ended = connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, %peer, "a connection broke");
                    }
                }
                () = place.activity.ended() => {
                    tracing::debug!(%peer, "a slow connection was closed: all places are taken");
                }
            }
        });
    }

    /// Lets running requests finish for up to ten seconds, then ends the connections that are left.
    pub(crate) async fn close(mut self) {
        if timeout(FAREWELL, self.farewell.shutdown()).await.is_err() {
            tracing::warn!("requests that took too long were broken off");
        }
        self.running.shutdown().await;
    }
}
