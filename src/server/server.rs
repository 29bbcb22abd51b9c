//! The server: opens the backend, answers requests, and stops. Requests arrive at `http::connections` and go to `http::router`.
//! The operator's commands arrive at the socket in the data folder. Backups are made by the schedule. At the end, running
//! requests may finish for a limited time before everything is closed.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use backend::{Backend, Clock, OpenError, Operator, Random, Schedule, operator_socket, socket_path};
use domain::BaseUrl;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    Config,
    config::ConfigError,
    http::{Connections, Stopping, TrustedProxies, router},
};

/// A server whose port and data folder are open, ready to run.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    backend: Backend,
    operator: Operator,
    socket: PathBuf,
    proxies: TrustedProxies,
    schedule: Option<Schedule>,
}

/// Why a server cannot start. The message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be used.
    #[error("cannot listen on {address}: {source}; stop what uses it, or choose another --listen address")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the system.
        source: io::Error,
    },
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Server {
    /// Opens the port and then the data folder.
    pub async fn open(config: &Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, StartError> {
        let listening = |source| StartError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let settings = config.settings(address.port())?;
        let socket = socket_path(&settings.data);
        let (backend, operator) = Backend::open(settings, clock, random).await?;
        let (proxies, schedule) = (config.proxies(), config.schedule());
        Ok(Self { listener, address, backend, operator, socket, proxies, schedule })
    }

    /// The address that the server listens on. With port 0 in the configuration it has the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL under which people reach the server.
    pub fn base_url(&self) -> &BaseUrl {
        self.backend.base_url()
    }

    /// Whether anyone may create a workspace, or the operator alone.
    pub fn sign_up_policy(&self) -> backend::SignUpPolicy {
        self.backend.sign_up_policy()
    }

    /// Answers requests until `until` is over, lets running requests finish, and closes everything.
    ///
    /// # Errors
    /// If the operator's socket cannot be created or removed.
    pub async fn run(self, until: impl Future<Output = ()>) -> io::Result<()> {
        let stopping = Stopping::default();
        let mut connections =
            Connections::new(router(&self.backend, self.proxies.clone(), stopping.clone()), self.proxies);
        let (stop, stopped) = watch::channel(());
        let mut background = background(&self.backend, self.operator.clone(), self.schedule);
        let mut operators = std::pin::pin!(serve_operator(self.operator, self.socket, stopped));
        tokio::select! {
            biased; // creates the operator's socket before the first request is answered
            failed = &mut operators => failed?,
            () = until => {}
            never = connections.accept(&self.listener) => match never {},
        }
        tracing::info!("stopping");
        stopping.begin();
        drop((self.listener, stop));
        background.shutdown().await; // ends a running backup, which without a manifest does not count
        let ((), removed) = tokio::join!(connections.close(), operators);
        self.backend.close().await;
        removed
    }
}

/// Starts the background tasks: making spare databases, running the cleanup queue, and backups if there is a schedule.
fn background(backend: &Backend, operator: Operator, schedule: Option<Schedule>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (spares, tidy) = (backend.clone(), backend.clone());
    tasks.spawn(async move { spares.keep_spares().await });
    tasks.spawn(async move { tidy.run_cleanup().await });
    if let Some(schedule) = schedule {
        tracing::info!(every = %schedule.every, keep = schedule.keep.map(tracing::field::display), "backups by schedule");
        tasks.spawn(async move { match operator.keep_backed_up(schedule).await {} });
    }
    tasks
}

async fn serve_operator(operator: Operator, socket: PathBuf, mut stopped: watch::Receiver<()>) -> io::Result<()> {
    let until = async move { drop(stopped.changed().await) };
    operator_socket::serve(operator, &socket, until).await
}
