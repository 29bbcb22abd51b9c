//! A libsql-server: the real one if `FREEHOLD_TEST_SQLD` names its binary, else the double.

use std::{
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};

use double::Options;
use tempfile::TempDir;

pub(crate) const ADMIN_KEY: &str = "open-sesame";

/// A server that runs until it is dropped.
pub(crate) enum LibsqlServer {
    Real { process: Child, user: SocketAddr, admin: SocketAddr, _folder: TempDir },
    Double(Box<double::LibsqlServer>),
}

impl LibsqlServer {
    pub(crate) async fn start() -> Self {
        match std::env::var("FREEHOLD_TEST_SQLD") {
            Ok(binary) => Self::real(&binary).await,
            Err(_) => Self::double().await,
        }
    }

    pub(crate) async fn double() -> Self {
        let options = Options { admin_key: Some(ADMIN_KEY.into()), ..Options::default() };
        Self::Double(Box::new(double::LibsqlServer::start(options).await.unwrap()))
    }

    async fn real(binary: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let [user, admin] = [free(), free()];
        let process = Command::new(binary)
            .args(["--enable-namespaces", "--disable-default-namespace", "--no-welcome", "--disable-metrics"])
            .args(["--admin-auth-key", ADMIN_KEY, "--max-active-namespaces", "2000"])
            .args(["--max-concurrent-connections", "512", "--max-concurrent-requests", "2048"])
            .args(["--http-listen-addr", &user.to_string(), "--admin-listen-addr", &admin.to_string(), "--db-path"])
            .arg(folder.path())
            .env("SQLD_NODE", "standalone")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self::Real { process, user, admin, _folder: folder };
        while reqwest::get(format!("http://{user}/health")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Real { .. } => "libsql-server",
            Self::Double(_) => "a double of libsql-server",
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Real { user, .. } => *user,
            Self::Double(double) => double.user_address(),
        }
    }

    /// The flags of a Freehold on this server. With `before`, reads and writes go to that address, such as a proxy's.
    pub(crate) fn flags(&self, before: Option<SocketAddr>) -> Vec<String> {
        let admin = match self {
            Self::Real { admin, .. } => format!("http://{admin}"),
            Self::Double(double) => double.admin_url(),
        };
        let url = format!("http://{}", before.unwrap_or_else(|| self.address()));
        let flags = ["--storage", "libsql-server", "--libsql-url", &url, "--libsql-admin-url", &admin];
        flags.into_iter().chain(["--libsql-admin-key", ADMIN_KEY]).map(str::to_owned).collect()
    }
}

impl Drop for LibsqlServer {
    fn drop(&mut self) {
        if let Self::Real { process, .. } = self {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}
