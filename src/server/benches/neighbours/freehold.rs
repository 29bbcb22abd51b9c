//! A `freehold serve` in a process of its own, its commands, and a client that reuses its connections.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A server that runs until it is dropped.
pub(crate) struct Freehold {
    pub(crate) address: SocketAddr,
    pub(crate) client: reqwest::Client,
    data: PathBuf,
    child: Child,
}

impl Freehold {
    /// Starts the server without rate limits. The bench measures the load that clients can make within the limits, or in spite of
    /// them by using many addresses.
    pub(crate) async fn start(data: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let limits = ["--sign-up-rate", "off", "--sign-in-rate", "off", "--trusted-proxies", "127.0.0.1"];
        let child = command(data)
            .args(["serve", "--listen", &address.to_string()])
            .args(limits)
            .envs(["FREEHOLD_ACCOUNT_RATE", "FREEHOLD_USER_RATE"].map(|rate| (rate, "off"))) // older builds lack the flags
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let client = reqwest::Client::builder().no_proxy().tcp_nodelay(true).pool_max_idle_per_host(256);
        let freehold = Self { address, client: client.build().unwrap(), data: data.to_owned(), child };
        while !freehold.is_ready().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        freehold
    }

    async fn is_ready(&self) -> bool {
        let asked = self.client.get(format!("http://{}/readyz", self.address)).send().await;
        asked.is_ok_and(|answer| answer.status() == StatusCode::OK)
    }

    /// Runs a command to its end, and returns its standard output.
    pub(crate) async fn command(&self, arguments: &[&str]) -> String {
        let (mut command, words) = (command(&self.data), format!("{arguments:?}"));
        command.args(arguments).stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A request to a workspace's host.
    pub(crate) fn ask(&self, tenant: &str, method: Method, path: &str) -> RequestBuilder {
        let host = format!("{tenant}.localhost:{}", self.address.port());
        self.client.request(method, format!("http://{}{path}", self.address)).header("host", host)
    }

    /// Creates a workspace with the owner `root`.
    pub(crate) async fn sign_up(&self, tenant: &str) {
        let form = json!({"tenant": tenant, "username": "root", "password": PASSWORD});
        let host = format!("localhost:{}", self.address.port());
        let request = self.client.post(format!("http://{}/tenants", self.address)).header("host", host).json(&form);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
    }

    /// Signs a user in, and returns the token.
    pub(crate) async fn sign_in(&self, tenant: &str, username: &str, password: &str) -> String {
        let form = json!({"username": username, "password": password});
        let answer = self.ask(tenant, Method::POST, "/api/v1/auth/sign-in").json(&form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
        answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
    }
}

/// The binary that is measured.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("FREEHOLD_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_freehold").into(), Into::into)
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(binary());
    command.env("FREEHOLD_DATA", data);
    command
}

impl Drop for Freehold {
    fn drop(&mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap();
    }
}
