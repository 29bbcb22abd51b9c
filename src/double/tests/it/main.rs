//! Tests of the doubles over HTTP: their answers, their databases and their faults.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin;
mod faults;
mod hrana;
mod proxy;
mod tokens;

use std::time::Duration;

use double::{LibsqlServer, Options};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// A server with the databases `a` and `b`, and a client for it.
struct Bench {
    server: LibsqlServer,
    client: Client,
}

impl Bench {
    async fn new(options: Options) -> Self {
        let server = LibsqlServer::start(options).await.unwrap();
        let client = Client::builder().timeout(Duration::from_secs(20)).no_proxy().build().unwrap();
        let bench = Self { server, client };
        for name in ["a", "b"] {
            assert_eq!(bench.create(name).await.status(), 200);
        }
        bench
    }

    async fn plain() -> Self {
        Self::new(Options::default()).await
    }

    /// A request to the admin port.
    fn admin(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/v1/namespaces/{path}", self.server.admin_url());
        self.client.request(method.parse().unwrap(), url).header("authorization", "basic key")
    }

    async fn create(&self, name: &str) -> Response {
        self.admin("POST", &format!("{name}/create")).json(&json!({})).send().await.unwrap()
    }

    /// A request to the user port.
    fn post(&self, namespace: &str, path: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}/v3/{path}", self.server.user_url());
        self.client.post(url).header("x-namespace", namespace).json(body)
    }

    /// Sends requests on a stream and returns the status and the answer.
    async fn pipeline(&self, namespace: &str, baton: &Value, requests: Value) -> (StatusCode, Value) {
        let body = json!({ "baton": baton, "requests": requests });
        let response = self.post(namespace, "pipeline", &body).send().await.unwrap();
        (response.status(), response.json().await.unwrap_or_default())
    }

    /// Sends requests on a new stream and returns their results.
    async fn run(&self, namespace: &str, requests: Value) -> Value {
        let (status, mut answer) = self.pipeline(namespace, &Value::Null, requests).await;
        assert_eq!(status, 200, "{answer}");
        answer["results"].take()
    }

    /// Runs one statement on a new stream and returns its result.
    async fn execute(&self, namespace: &str, sql: &str) -> Value {
        self.run(namespace, json!([execute(sql), { "type": "close" }])).await[0].take()
    }

    /// Number of rows of the table `t`.
    async fn count(&self, namespace: &str) -> String {
        let result = self.execute(namespace, "SELECT count(*) FROM t").await;
        result["response"]["result"]["rows"][0][0]["value"].as_str().unwrap_or_else(|| panic!("{result}")).to_owned()
    }
}

fn execute(sql: &str) -> Value {
    json!({ "type": "execute", "stmt": { "sql": sql } })
}

/// A batch of statements, each with its condition.
fn batch(steps: &[(&str, Value)]) -> Value {
    let step = |(sql, condition): &(&str, Value)| json!({ "stmt": { "sql": sql }, "condition": condition });
    json!({ "type": "batch", "batch": { "steps": steps.iter().map(step).collect::<Vec<_>>() } })
}
