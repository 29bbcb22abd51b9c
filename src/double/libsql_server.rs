//! A libsql-server inside a test: its user port, its admin port, its databases, and the counts that a test checks.

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

/// Options of a server. The default has no keys, admits all requests, and has the limits of the real server.
#[derive(Debug, Clone)]
pub struct Options {
    /// The Ed25519 public key in PEM that verifies tokens. `None` means that no token is needed.
    pub jwt_public_key_pem: Option<String>,
    /// The key in `Authorization: basic KEY` on the admin port. `None` means that no key is needed.
    pub admin_key: Option<String>,
    /// The folder of the databases. `None` means a temporary folder, which is removed with the server.
    pub folder: Option<PathBuf>,
    /// How a request names its database.
    pub naming: Naming,
    /// How long a stream may be unused before it ends.
    pub stream_idle: Duration,
    /// How long a transaction may last before it must give way to others that want to write.
    pub transaction: Duration,
    /// Most bytes that the rows of an answer may take. A cursor has no limit.
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
    // Before `_temporary`: the files are removed when they are no longer used.
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
    /// Starts a server on two free ports of 127.0.0.1.
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

    /// Starts a stopped server on the same ports and databases.
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

    /// Stops the server as a crash does. Sockets are closed, streams end, and transactions are rolled back. Databases stay.
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

    /// URL at which databases are read and written, such as `http://127.0.0.1:4321`.
    #[must_use]
    pub fn user_url(&self) -> String {
        self.url(0)
    }

    /// URL at which databases are created and deleted.
    #[must_use]
    pub fn admin_url(&self) -> String {
        self.url(1)
    }

    /// Address at which databases are read and written, for a [`crate::Proxy`] in front of it.
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

    /// The faults, which a test can set.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The socket counts of the user port.
    #[must_use]
    pub fn sockets(&self) -> &Sockets {
        &self.sockets
    }

    /// The databases of the server.
    #[must_use]
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    /// Number of open streams.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.running.as_ref().map_or(0, |running| running.data.streams())
    }

    /// The folder of the databases.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
