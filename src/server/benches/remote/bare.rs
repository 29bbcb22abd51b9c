//! A bare keep-alive client. It sends to the libsql-server the same request as Freehold for `GET /api/v1/users/me`, and reads
//! the whole answer.

use std::net::SocketAddr;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

/// The same statement as in `session.rs` of `backend`.
const BY_ID: &str = "SELECT users.id, users.username, users.display_name, users.email, users.role, users.disabled, \
     users.password_change_required, users.one_time_password_expires_at, users.created_at, users.last_sign_in_at, sessions.door, sessions.last_used_at, \
     sessions.expires_at FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.id = ?1";

/// A client and its request.
#[derive(Clone)]
pub(crate) struct Bare {
    client: reqwest::Client,
    url: String,
    namespace: String,
    body: Vec<u8>,
}

impl Bare {
    /// A request to `address` for the session of a token.
    pub(crate) fn new(client: &reqwest::Client, address: SocketAddr, namespace: &str, token: &str) -> Self {
        let claims = BASE64URL_NOPAD.decode(token.split('.').nth(1).unwrap().as_bytes()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        let args = json!([{"type": "text", "value": claims["sid"]}]);
        let statement = json!({"sql": BY_ID, "args": args, "want_rows": true});
        let requests = json!([{"type": "execute", "stmt": statement}, {"type": "close"}]);
        Self {
            client: client.clone(),
            url: format!("http://{address}/v3/pipeline"),
            namespace: namespace.to_owned(),
            body: serde_json::to_vec(&json!({"baton": null, "requests": requests})).unwrap(),
        }
    }

    /// A client that reuses its sockets.
    pub(crate) fn client() -> reqwest::Client {
        reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .tcp_nodelay(true)
            .pool_max_idle_per_host(256)
            .build()
            .unwrap()
    }

    /// Sends the request once.
    pub(crate) async fn ask(&self) {
        let request = self.client.post(&self.url).header("x-namespace", &self.namespace);
        let answer = request.header("content-type", "application/json").body(self.body.clone()).send().await.unwrap();
        let body = answer.bytes().await.unwrap();
        assert!(body.windows(5).any(|word| word == b"root\""), "{}", String::from_utf8_lossy(&body));
    }
}
