//! A Freehold in this process, on a folder that outlives it, and a client that reuses its connections.

use std::{net::SocketAddr, path::Path, sync::Arc};

use backend::{Ambient, Operation, Outcome, operator_socket, socket_path};
use clap::{Args, FromArgMatches};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::{Config, Server};
use tokio::{sync::Semaphore, sync::oneshot, task::JoinHandle, task::JoinSet};

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Most sign-ups or sign-ins at once.
const AT_ONCE: usize = 16;

/// A running Freehold.
pub(crate) struct Freehold {
    pub(crate) address: SocketAddr,
    client: reqwest::Client,
    data: std::path::PathBuf,
    stop: oneshot::Sender<()>,
    running: JoinHandle<std::io::Result<()>>,
}

impl Freehold {
    pub(crate) async fn start(data: &Path, flags: &[String]) -> Arc<Self> {
        let always = ["freehold", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        // A trusted proxy has no connection limit for its address, and a benchmark needs many connections.
        let limits = ["--sign-up-rate", "off", "--sign-in-rate", "off", "--trusted-proxies", "127.0.0.1"];
        let arguments = always.into_iter().chain(limits).chain(flags.iter().map(String::as_str));
        let matches = Config::augment_args(clap::Command::new("freehold")).try_get_matches_from(arguments).unwrap();
        let config = Config::from_arg_matches(&matches).unwrap();
        let server = Server::open(&config, Arc::new(Ambient), Arc::new(Ambient)).await.unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(async move { drop(stopped.await) }));
        let client =
            reqwest::Client::builder().no_proxy().tcp_nodelay(true).pool_max_idle_per_host(256).build().unwrap();
        Arc::new(Self { address, client, data: data.to_owned(), stop, running })
    }

    /// Stops the server. The caller must have the last reference.
    pub(crate) async fn stop(self: Arc<Self>) {
        let Self { stop, running, client, .. } = Arc::into_inner(self).unwrap();
        drop((stop, client));
        running.await.unwrap().unwrap();
    }

    /// A request to a workspace's host.
    pub(crate) fn ask(&self, tenant: &str, method: Method, path: &str) -> RequestBuilder {
        let host = format!("{tenant}.localhost:{}", self.address.port());
        self.client.request(method, format!("http://{}{path}", self.address)).header("host", host)
    }

    /// The status of `GET /api/v1/users/me`, after reading the whole body.
    pub(crate) async fn me(&self, tenant: &str, token: &str) -> u16 {
        let answer = self.ask(tenant, Method::GET, "/api/v1/users/me").bearer_auth(token).send().await.unwrap();
        let status = answer.status().as_u16();
        answer.bytes().await.unwrap();
        status
    }

    pub(crate) async fn sign_up(&self, tenant: &str) {
        let form = json!({"tenant": tenant, "username": "root", "password": PASSWORD});
        let host = format!("localhost:{}", self.address.port());
        let request = self.client.post(format!("http://{}/tenants", self.address)).header("host", host).json(&form);
        // Repeats after a 503, because the queue for password hashing is short on purpose.
        while let answer = request.try_clone().unwrap().send().await.unwrap()
            && answer.status() != 201
        {
            assert_eq!(answer.status(), 503, "{}", answer.text().await.unwrap());
        }
    }

    pub(crate) async fn sign_in(&self, tenant: &str) -> String {
        let form = json!({"username": "root", "password": PASSWORD});
        loop {
            let answer = self.ask(tenant, Method::POST, "/api/v1/auth/sign-in").json(&form).send().await.unwrap();
            if answer.status() == 200 {
                return answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
            }
            assert_eq!(answer.status(), 503, "{}", answer.text().await.unwrap());
        }
    }

    /// Runs `what` for each name, several at a time. The results are in the order of the names.
    pub(crate) async fn each<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
        self: &Arc<Self>,
        names: &[String],
        what: impl Fn(Arc<Self>, String) -> F,
    ) -> Vec<T> {
        let (places, mut all) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
        for (number, name) in names.iter().enumerate() {
            let (work, places) = (what(Arc::clone(self), name.clone()), Arc::clone(&places));
            all.spawn(async move {
                let _place = places.acquire().await.unwrap();
                (number, work.await)
            });
        }
        let mut all = all.join_all().await;
        all.sort_by_key(|(number, _)| *number);
        all.into_iter().map(|(_, done)| done).collect()
    }

    pub(crate) async fn sign_up_all(self: &Arc<Self>, names: &[String]) {
        self.each(names, |freehold, name| async move { freehold.sign_up(&name).await }).await;
    }

    pub(crate) async fn sign_in_all(self: &Arc<Self>, names: &[String]) -> Vec<String> {
        self.each(names, |freehold, name| async move { freehold.sign_in(&name).await }).await
    }

    /// Runs an operation of the operator on the running server.
    pub(crate) async fn operate(&self, operation: Operation) -> Outcome {
        operator_socket::call(&socket_path(&self.data), &operation).await.unwrap().unwrap()
    }

    /// The name of a workspace's database.
    pub(crate) async fn database(&self, tenant: &str) -> String {
        let Outcome::Tenant(shown) = self.operate(Operation::TenantShow(tenant.parse().unwrap())).await else {
            panic!("no tenant")
        };
        shown.database
    }
}
