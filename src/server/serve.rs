//! The server: opens the backend, takes connections, and stops without breaking anything off. Connections come from the
//! listener and go, request by request, to `router`; the operator's commands come in by the socket beside the data.

use std::{convert::Infallible, io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use backend::{Backend, Clock, OpenError, Operator, Random, operator_socket, socket_path};
use domain::BaseUrl;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::{
    Config,
    client::{Peer, TrustedProxies},
    config::ReservedNamesError,
    health::Stopping,
    router::router,
};

/// Connections at a time; more wait to be accepted.
const CONNECTIONS: usize = 1024;
/// How long a client may take to send a request's head, and an idle connection may stay.
const HEAD: Duration = Duration::from_secs(30);
/// How long requests may go on once the server stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// A server that is ready to run.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    backend: Backend,
    operator: Operator,
    socket: PathBuf,
    proxies: TrustedProxies,
}

/// Why a server cannot start, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not to be had.
    #[error("cannot listen on {address}: {source}; stop what uses it, or choose another --listen address")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The reserved names cannot be had.
    #[error(transparent)]
    ReservedNames(#[from] ReservedNamesError),
    /// The data folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Server {
    /// Takes the port and the data folder.
    pub async fn open(config: &Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, StartError> {
        let listening = |source| StartError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let settings = config.settings(address.port())?;
        let socket = socket_path(&settings.data);
        let (backend, operator) = Backend::open(settings, clock, random).await?;
        Ok(Self { listener, address, backend, operator, socket, proxies: config.proxies() })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where people reach it.
    pub fn base_url(&self) -> &BaseUrl {
        self.backend.base_url()
    }

    /// Whether anyone may sign a workspace up.
    pub fn sign_up_policy(&self) -> backend::SignUpPolicy {
        self.backend.sign_up_policy()
    }

    /// Answers until `until` is over, lets requests finish, and closes everything.
    ///
    /// # Errors
    /// When the operator's socket cannot be made.
    pub async fn run(self, until: impl Future<Output = ()>) -> io::Result<()> {
        let stopping = Stopping::default();
        let router = router(&self.backend, self.proxies, stopping.clone());
        let (stop, stopped) = watch::channel(());
        let operators = serve_operator(self.operator, self.socket, stopped);
        let connections = GracefulShutdown::new();
        let mut operators = std::pin::pin!(operators);
        tokio::select! {
            () = until => {}
            never = accept(&self.listener, &router, &connections) => match never {},
            failed = &mut operators => failed?,
        }
        tracing::info!("stopping");
        stopping.begin();
        drop((self.listener, stop));
        if timeout(FAREWELL, connections.shutdown()).await.is_err() {
            tracing::warn!("requests that took too long were broken off");
        }
        let removed = operators.await;
        self.backend.close().await;
        removed
    }
}

async fn serve_operator(operator: Operator, socket: PathBuf, mut stopped: watch::Receiver<()>) -> io::Result<()> {
    let until = async move { drop(stopped.changed().await) };
    operator_socket::serve(operator, &socket, until).await
}

/// Takes connections for ever, no more at a time than there may be.
async fn accept(listener: &TcpListener, router: &Router, connections: &GracefulShutdown) -> Infallible {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        match (place, listener.accept().await) {
            (Ok(place), Ok((stream, peer))) => converse(stream, peer, router.clone(), connections, place),
            (_, Err(error)) => {
                // Out of descriptors, perhaps: asking again at once would only keep the processor busy.
                tracing::warn!(%error, "a connection could not be taken");
                sleep(Duration::from_millis(100)).await;
            }
            (Err(_), Ok(_)) => {}
        }
    }
}

/// Answers the requests of one connection, one after the other.
fn converse(stream: TcpStream, peer: SocketAddr, router: Router, all: &GracefulShutdown, place: OwnedSemaphorePermit) {
    drop(stream.set_nodelay(true)); // a slower answer is an answer too
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    });
    let mut protocol = http1::Builder::new();
    let protocol = protocol.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let connection = all.watch(protocol.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, %peer, "a connection broke");
        }
        drop(place);
    });
}
