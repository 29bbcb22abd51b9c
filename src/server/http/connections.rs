//! The connections: each is taken from the listener if there is a place for it, and has its requests answered by the router,
//! one after the other. A client that is too slow to ask or to read loses its connection, and with it its place.

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
    connection_limits::{Place, Places},
    write_timeout::Patient,
};

/// How long a client may take to send a request's head, and an idle connection may stay.
const HEAD: Duration = Duration::from_secs(10);
/// How long a client may take nothing of its answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long requests may go on once the server stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// All connections. Dropping it breaks them off.
pub(crate) struct Connections {
    router: Router,
    proxies: TrustedProxies,
    places: Places,
    farewell: GracefulShutdown,
    /// Not a `TaskTracker`: what still runs at the end is broken off, and that one can only wait.
    running: JoinSet<()>,
}

impl Connections {
    /// None yet.
    pub(crate) fn new(router: Router, proxies: TrustedProxies) -> Self {
        let (farewell, running) = (GracefulShutdown::new(), JoinSet::new());
        Self { router, proxies, places: Places::new(), farewell, running }
    }

    /// Takes connections for ever, no more at a time than there may be.
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
                    // Out of descriptors, perhaps: asking again at once would only keep the processor busy.
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(Duration::from_millis(100)).await;
                }
            }
            while self.running.try_join_next().is_some() {} // those that are over are forgotten
        }
    }

    /// Answers the requests of one connection.
    fn converse(&mut self, stream: TcpStream, peer: SocketAddr, place: Place) {
        drop(stream.set_nodelay(true)); // a slower answer is an answer too
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
        let stream = TokioIo::new(Patient::new(stream, PATIENCE, Arc::clone(&place.activity)));
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

    /// Lets requests finish for a while, and breaks off what is left.
    pub(crate) async fn close(mut self) {
        if timeout(FAREWELL, self.farewell.shutdown()).await.is_err() {
            tracing::warn!("requests that took too long were broken off");
        }
        self.running.shutdown().await;
    }
}
