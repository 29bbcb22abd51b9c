//! A libsql-server within a test: its user port, its admin port, its databases, and what a test wants to know of them.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    admin::Admin,
    data_plane::{Bounds, DataPlane, Naming, Parted},
    databases::Databases,
    engine::Engine,
    faults::Faults,
    jwt::Jwt,
    sockets::Sockets,
    store::Store,
    wire::Wire,
};

/// How a server is started. The default has no keys, lets everybody in, and has the bounds of the real one.
#[derive(Debug, Clone)]
pub struct Options {
    /// The Ed25519 public key that tokens must be signed for, as PEM; without it no token is asked for.
    pub jwt_public_key_pem: Option<String>,
    /// What the admin port wants as `Authorization: basic KEY`; without it, nothing.
    pub admin_key: Option<String>,
    /// Where the databases are; without it, in a temporary folder that goes with the server.
    pub folder: Option<PathBuf>,
    /// How a request names its database.
    pub naming: Naming,
    /// Until a stream that is not used ends.
    pub stream_idle: Duration,
    /// Until a transaction must give way to others that want to write.
    pub transaction: Duration,
    /// How many bytes the rows of an answer may take; those of a cursor may take any.
    pub max_response_size: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jwt_public_key_pem: None,
            admin_key: None,
            folder: None,
            naming: Naming::default(),
            stream_idle: Duration::from_secs(10),
            transaction: Duration::from_secs(5),
            max_response_size: 10_000_000,
        }
    }
}

/// A libsql-server that runs, or that was stopped and can be started again. Dropping it stops it and removes its temporary
/// folder.
#[derive(Debug)]
pub struct LibsqlServer {
    // Before `temporary`: the files are removed when nobody uses them any more.
    running: Option<Running>,
    engine: Engine,
    options: Options,
    folder: PathBuf,
    databases: Databases,
    ports: Option<[SocketAddr; 2]>,
    faults: Faults,
    sockets: Sockets,
    _temporary: Option<TempDir>,
}

#[derive(Debug)]
struct Running {
    data: DataPlane,
    admin: Wire,
}

impl LibsqlServer {
    /// Starts one on two free ports of 127.0.0.1.
    pub async fn start(options: Options) -> io::Result<Self> {
        let temporary = options.folder.is_none().then(TempDir::new).transpose()?;
        let folder = options.folder.clone().or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
        let folder = folder.unwrap_or_default();
        let store = Store::open(&folder, options.naming == Naming::Namespace)?;
        let mut server = Self {
            running: None,
            engine: Engine::start(2)?,
            options,
            folder,
            databases: Databases(Arc::new(store)),
            ports: None,
            faults: Faults::default(),
            sockets: Sockets::default(),
            _temporary: temporary,
        };
        server.start_again().await?;
        Ok(server)
    }

    /// Starts a stopped one on the same ports and databases.
    pub async fn start_again(&mut self) -> io::Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let [user, admin] = self.ports.unwrap_or([any; 2]);
        let store = self.databases.0.clone();
        let gate = Jwt::new(self.options.jwt_public_key_pem.as_deref());
        let gate = gate.map_err(|_| io::Error::other("the key is no Ed25519 public key"))?;
        let (naming, bounds) = (self.options.naming, self.bounds());
        let (faults, sockets) = (self.faults.clone(), self.sockets.clone());
        let parts = Parted { store: store.clone(), gate, naming, bounds, faults, sockets };
        let data = DataPlane::start(self.engine.handle(), user, parts).await?;
        let admins = Admin::new(store.clone(), self.options.admin_key.clone(), self.faults.clone());
        let admin = Wire::listen(self.engine.handle(), admin, Sockets::default(), Arc::new(admins)).await?;
        self.ports = Some([data.address(), admin.address()]);
        self.running = Some(Running { data, admin });
        Ok(())
    }

    /// Stops it as a crash does: sockets are closed, streams are gone, transactions are rolled back. Databases stay.
    pub async fn stop(&mut self) {
        if let Some(Running { data, admin }) = self.running.take() {
            admin.stop().await;
            data.stop().await;
        }
    }

    fn bounds(&self) -> Bounds {
        let Options { stream_idle: idle, transaction, max_response_size: room, .. } = self.options;
        Bounds { idle, transaction, room }
    }

    /// Where databases are read and written, such as `http://127.0.0.1:4321`.
    #[must_use]
    pub fn user_url(&self) -> String {
        self.url(0)
    }

    /// Where databases are made and deleted.
    #[must_use]
    pub fn admin_url(&self) -> String {
        self.url(1)
    }

    /// Where databases are read and written, for a [`crate::Proxy`] before it.
    #[must_use]
    pub fn user_address(&self) -> SocketAddr {
        self.address(0)
    }

    fn url(&self, port: usize) -> String {
        format!("http://{}", self.address(port))
    }

    fn address(&self, port: usize) -> SocketAddr {
        self.ports.map_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), |ports| ports[port])
    }

    /// What goes wrong, which a test sets.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The sockets of the user port.
    #[must_use]
    pub fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// The databases there are.
    #[must_use]
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    /// How many streams are open.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.running.as_ref().map_or(0, |running| running.data.streams())
    }

    /// Where everything is kept.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
