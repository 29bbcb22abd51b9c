//! A real libsql-server for tests. It listens on loopback, with namespaces, an admin key and a key that verifies tokens. All
//! tests of a run share one server. A test can also start its own server and kill it. Every server ends with the run, even if
//! the run is killed.

use std::{
    net::TcpListener,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};

use data_encoding::BASE64URL_NOPAD;
use reqwest::Url;
use tempfile::TempDir;

use crate::{
    Ambient, StorageError,
    hrana::Client,
    libsql_server::{Admin, tests::key},
};

/// Key of the admin API, both here and on the double.
pub(crate) const ADMIN_KEY: &str = "k3y";

/// Shell script that runs the server until our end of its input is closed. The system closes it even if our process is killed.
const KEEPER: &str = r#""$@" & cat; kill -9 $!; wait $!; rm -rf "$FOLDER_TO_REMOVE""#;

/// A running libsql-server.
pub(crate) struct Sqld {
    command: Command,
    keeper: Child,
    pub(crate) url: Url,
    pub(crate) admin_url: Url,
}

impl Sqld {
    /// The server that all tests share. Its folder is removed when the run ends.
    pub(crate) async fn shared() -> &'static Self {
        static SHARED: OnceLock<Sqld> = OnceLock::new();
        let start = || {
            let folder = tempfile::tempdir().unwrap().keep();
            Self::start(&folder, |command| command.env("FOLDER_TO_REMOVE", &folder))
        };
        let shared = SHARED.get_or_init(start);
        shared.up().await;
        shared
    }

    /// Starts a server for one test.
    pub(crate) async fn own(folder: &TempDir) -> Self {
        let own = Self::start(folder.path(), |command| command);
        own.up().await;
        own
    }

    fn start(folder: &Path, and: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let binary = std::env::var("FREEHOLD_TEST_SQLD").expect("FREEHOLD_TEST_SQLD names a libsql-server");
        let [user, admin] = free_addresses();
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "sh", &binary, "--enable-namespaces", "--disable-default-namespace", "--no-welcome"])
            .args(["--http-listen-addr", &user, "--admin-listen-addr", &admin, "--admin-auth-key", ADMIN_KEY])
            .args(["--max-active-namespaces", "1000", "--max-concurrent-connections", "1000"])
            // If each commit makes a checkpoint, concurrent writers can lock each other out for ever.
            .args(["--checkpoint-interval-s", "5", "--db-path"])
            .arg(folder)
            .env("SQLD_AUTH_JWT_KEY", BASE64URL_NOPAD.encode(&key().1))
            .process_group(0) // a keyboard interrupt must not stop the keeper before it has cleaned up
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let keeper = and(&mut command).spawn().unwrap();
        let [url, admin_url] = [user, admin].map(|address| format!("http://{address}").parse().unwrap());
        Self { command, keeper, url, admin_url }
    }

    /// A client of the server's admin API.
    pub(crate) fn admin(&self) -> Admin {
        let client = Client::new(Arc::new(Ambient), Duration::from_secs(5)).unwrap();
        Admin::new(client, self.admin_url.clone(), Some(ADMIN_KEY.to_owned().into()), Duration::from_secs(5))
    }

    /// Kills the server, as a crash would.
    pub(crate) fn kill(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().unwrap();
    }

    /// Starts the server again after `kill`.
    pub(crate) async fn start_again(&mut self) {
        self.keeper = self.command.spawn().unwrap();
        self.up().await;
    }

    async fn up(&self) {
        let (admin, nobody) = (self.admin(), "nobody".parse().unwrap());
        let up = async {
            while !matches!(admin.config(&nobody).await, Err(StorageError::Missing)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), up).await.expect("libsql-server does not start");
    }
}

impl Drop for Sqld {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Two loopback addresses whose ports were free a moment ago.
fn free_addresses() -> [String; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().to_string())
}
