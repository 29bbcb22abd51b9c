//! The server: opens the backend, answers, and stops. Requests come in by `http::connections` and go to `http::router`; the operator's
//! commands come in by the socket beside the data; backups are made by the clock. What has begun may finish, for a while,
//! before everything is closed.

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc};

use backend::{Backend, Clock, OpenError, Operator, Random, Schedule, operator_socket, socket_path};
use domain::BaseUrl;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    Config,
    config::ConfigError,
    http::{Connections, Stopping, TrustedProxies, router},
};

/// A server that is ready to run.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    backend: Backend,
    operator: Operator,
    socket: PathBuf,
    proxies: TrustedProxies,
    schedule: Option<Schedule>,
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
    /// It cannot be set up so.
    #[error(transparent)]
    Config(#[from] ConfigError),
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
        let (proxies, schedule) = (config.proxies(), config.schedule());
        Ok(Self { listener, address, backend, operator, socket, proxies, schedule })
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
        let mut connections =
            Connections::new(router(&self.backend, self.proxies.clone(), stopping.clone()), self.proxies);
        let (stop, stopped) = watch::channel(());
        let mut background = background(&self.backend, self.operator.clone(), self.schedule);
        let mut operators = std::pin::pin!(serve_operator(self.operator, self.socket, stopped));
        tokio::select! {
            biased; // the operator's socket is there before anyone is answered
            failed = &mut operators => failed?,
            () = until => {}
            never = connections.accept(&self.listener) => match never {},
        }
        tracing::info!("stopping");
        stopping.begin();
        drop((self.listener, stop));
        background.shutdown().await; // one that has begun is broken off: what has no manifest is no backup
        let ((), removed) = tokio::join!(connections.close(), operators);
        self.backend.close().await;
        removed
    }
}

/// What goes on beside the requests: databases made beforehand, others removed belatedly, backups by the schedule, if there is one.
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
