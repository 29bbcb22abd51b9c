//! `TestApp`: a server that runs in this process on a free port, with a data folder and a clock of its own. It also signs users
//! up and in. Rate limits are off unless a test turns them on.

pub(crate) mod browsers;
pub(crate) mod elsewhere;
pub(crate) mod http;
pub(crate) mod tokens;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use backend::{Ambient, Clock};
use clap::{Args, FromArgMatches};
use http::Ask;
use serde_json::{Value, json};
use server::{Config, Server};
use tempfile::TempDir;
use tokio::{
    net::UnixStream,
    sync::oneshot,
    task::{JoinHandle, yield_now},
};

use crate::process::{Output, freehold};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server with its data folder.
pub(crate) struct TestApp {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<TestClock>,
    folder: TempDir,
    stop: oneshot::Sender<()>,
    running: JoinHandle<std::io::Result<()>>,
}

/// A clock that shows the machine's time plus the seconds that a test has added.
#[derive(Default)]
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> jiff::Timestamp {
        Ambient.now() + jiff::SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts a server with these flags of `freehold serve`.
    pub(crate) async fn with(flags: &[&str]) -> Self {
        Self::set_up(flags, |_| {}).await
    }

    /// Starts a server with these flags, after `change` has set what no flag sets.
    pub(crate) async fn set_up(flags: &[&str], change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let always = ["freehold", "--listen", "127.0.0.1:0", "--data", data];
        let rates = ["--sign-up-rate", "--sign-in-rate", "--account-rate", "--user-rate", "--lookup-rate"];
        let off = rates.iter().filter(|rate| !flags.contains(rate)).flat_map(|rate| [*rate, "off"]);
        let off: Vec<_> = off.collect();
        let arguments = always.iter().chain(&off).chain(flags);
        let matches = Config::augment_args(clap::Command::new("freehold")).try_get_matches_from(arguments).unwrap();
        let mut config = Config::from_arg_matches(&matches).unwrap();
        change(&mut config);
        let clock = Arc::new(TestClock::default());
        let server = Server::open(&config, clock.clone(), Arc::new(Ambient)).await.unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(async move { drop(stopped.await) }));
        while !running.is_finished() && UnixStream::connect(folder.path().join("operator.sock")).await.is_err() {
            yield_now().await; // a command before that would fail: folder in use
        }
        Self { address, clock, folder, stop, running }
    }

    /// Stops the server, waits for its end and returns its result.
    pub(crate) async fn stop(self) -> std::io::Result<()> {
        drop(self.stop);
        self.running.await.unwrap()
    }

    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the base host with its port.
    pub(crate) fn base(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// Returns a tenant's host with its port.
    pub(crate) fn host(&self, tenant: &str) -> String {
        format!("{tenant}.localhost:{}", self.address.port())
    }

    /// Makes a request to the base host.
    pub(crate) fn ask(&self, method: &str, target: &str) -> Ask {
        Ask::new(self.address, method, target).header("host", &self.base())
    }

    /// Makes a request to a tenant's host.
    pub(crate) fn ask_at(&self, tenant: &str, method: &str, target: &str) -> Ask {
        Ask::new(self.address, method, target).header("host", &self.host(tenant))
    }

    /// Makes a request without a `Host` header.
    pub(crate) fn ask_bare(&self, method: &str, target: &str) -> Ask {
        Ask::new(self.address, method, target)
    }

    /// Makes the request of a browser that posts a form from a page of the same host.
    pub(crate) fn post_form(&self, host: &str, target: &str, fields: &[(&str, &str)]) -> Ask {
        let ask = Ask::new(self.address, "POST", target).header("host", host);
        ask.header("origin", &format!("http://{host}")).header("accept", "text/html").form(fields)
    }

    /// Signs up a workspace with the owner `root`, and returns the answer.
    pub(crate) async fn sign_up(&self, tenant: &str) -> Value {
        let form = json!({"tenant": tenant, "username": "root", "password": PASSWORD});
        let answer = self.ask("POST", "/tenants").json(&form).send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// Signs `root` in over the API and returns the token.
    pub(crate) async fn sign_in(&self, tenant: &str) -> String {
        self.sign_in_as(tenant, "root", PASSWORD).await
    }

    pub(crate) async fn sign_in_as(&self, tenant: &str, username: &str, password: &str) -> String {
        let form = json!({"username": username, "password": password});
        let answer = self.ask_at(tenant, "POST", "/api/v1/auth/sign-in").json(&form).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        let (address, host) = (self.address, self.host(tenant));
        let (username, password) = (username.to_owned(), password.to_owned());
        browsers::remember(&token, browsers::Person { address, host, username, password, cookie: None });
        token
    }

    /// Runs a command of the real binary on this server's data folder and returns its output. It waits on a blocking thread, so
    /// that the server in this process can answer.
    pub(crate) async fn command(&self, arguments: &[&str]) -> Output {
        self.command_with(arguments, "").await
    }

    /// Runs a command like [`Self::command`], with this standard input.
    pub(crate) async fn command_with(&self, arguments: &[&str], input: &'static str) -> Output {
        let data = self.data().to_owned();
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        tokio::task::spawn_blocking(move || freehold(&data, &arguments, input)).await.unwrap()
    }
}
