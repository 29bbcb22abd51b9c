//! `Admin`: a client of libsql-server's admin API that avoids its pitfalls. Names are `Namespace`s. A body and its type are
//! always sent, because the server ignores the options in it otherwise. Settings are read before they are written, because the
//! server clears those that are left out. Commits are made to reach the disk, which is not the server's default.

use std::time::Duration;

use domain::Secret;
use reqwest::{Method, Request, Response, StatusCode, Url, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Namespace;
use crate::{
    Result, StorageError,
    hrana::{Client, OnDisconnect, folder, of_garbage, of_status, of_transport},
};

/// The durability mode in which an acknowledged commit survives a power cut.
const DURABILITY: &str = "strong";

/// A client of the admin API.
pub(crate) struct Admin {
    client: Client,
    url: Url,
    key: Option<Secret>,
    deadline: Duration,
}

/// A namespace's settings. Those without a field here are kept as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Config {
    pub block_reads: bool,
    pub block_writes: bool,
    /// The reason that a blocked client is told.
    pub block_reason: Option<String>,
    /// Such as `512 MB`. The server returns a rounded value, so it is written only if it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_db_size: Option<String>,
    /// `relaxed`, `strong`, `extra` or `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durability_mode: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Size and activity of a namespace. The server counts from 0 when it starts, and measures the size once a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Stats {
    #[serde(rename = "storage_bytes_used")]
    pub bytes: u64,
    #[serde(rename = "rows_read_count")]
    pub rows_read: u64,
    #[serde(rename = "rows_written_count")]
    pub rows_written: u64,
}

impl Admin {
    /// `key` is the server's `--admin-auth-key`, if it has one. `deadline` applies to each request. It is longer than that of a
    /// query, because creating a namespace takes longer.
    pub(crate) fn new(client: Client, url: Url, key: Option<Secret>, deadline: Duration) -> Self {
        Self { client, url: folder(url), key, deadline }
    }

    /// Creates a namespace that commits durably. If it exists already, only its durability is set.
    /// Returns `Missing` if the server says both that it exists and that it does not, because a failure left it half created.
    /// The server says the same of a full namespace that it is just loading. So only a caller that knows that it is empty may
    /// delete it and create it again.
    pub(crate) async fn create(&self, namespace: &Namespace) -> Result<()> {
        let body = json!({ "durability_mode": DURABILITY });
        match self.ask(Method::POST, namespace, "/create", Some(body)).await {
            Err(StorageError::Other { message, .. }) if message.ends_with("already exists") => {
                self.set_config(namespace, |config| config.durability_mode = Some(DURABILITY.into())).await
            }
            made => made.map(drop),
        }
    }

    /// Deletes a namespace with all its content. A missing one is not an error.
    pub(crate) async fn delete(&self, namespace: &Namespace) -> Result<()> {
        match self.ask(Method::DELETE, namespace, "", Some(json!({ "keep_backup": false }))).await {
            Err(StorageError::Missing) => Ok(()),
            removed => removed.map(drop),
        }
    }

    /// Reads a namespace's settings.
    pub(crate) async fn config(&self, namespace: &Namespace) -> Result<Config> {
        self.read(namespace, "/config").await
    }

    /// Changes a namespace's settings, if `change` makes a difference. Two concurrent changes can undo each other.
    pub(crate) async fn set_config(&self, namespace: &Namespace, change: impl FnOnce(&mut Config)) -> Result<()> {
        let before = self.config(namespace).await?;
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return Ok(());
        }
        after.max_db_size = after.max_db_size.filter(|size| before.max_db_size.as_ref() != Some(size));
        let body = serde_json::to_value(after).map_err(|error| of_garbage(&error))?;
        self.ask(Method::POST, namespace, "/config", Some(body)).await.map(drop)
    }

    /// Size and activity of a namespace.
    pub(crate) async fn stats(&self, namespace: &Namespace) -> Result<Stats> {
        self.read(namespace, "/stats").await
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, namespace: &Namespace, what: &str) -> Result<T> {
        let answer = self.ask(Method::GET, namespace, what, None).await?;
        serde_json::from_slice(&answer).map_err(|error| of_garbage(&error))
    }

    /// Sends a request within the deadline. All requests may be sent twice.
    async fn ask(&self, method: Method, namespace: &Namespace, what: &str, body: Option<Value>) -> Result<Vec<u8>> {
        let request = self.request(method, namespace, what, body)?;
        let asking = async {
            let answer = self.client.send(request, OnDisconnect::Nothing).await?;
            let (status, is_admin) = (answer.status(), !is_grpc(&answer));
            let body = self.client.body(answer, OnDisconnect::Nothing).await?;
            match status {
                StatusCode::OK if is_admin => Ok(body),
                StatusCode::OK => Err(no_admin_api()),
                // Only a 404 in the admin API's own words means that a namespace is missing.
                StatusCode::NOT_FOUND if !String::from_utf8_lossy(&body).contains("doesn't exist") => {
                    Err(no_admin_api())
                }
                _ => Err(of_status(status, &body, false)),
            }
        };
        tokio::time::timeout(self.deadline, asking).await.unwrap_or(Err(StorageError::TimedOut))
    }

    fn request(&self, method: Method, namespace: &Namespace, what: &str, body: Option<Value>) -> Result<Request> {
        let url = self.url.join(&format!("v1/namespaces/{namespace}{what}"));
        let url = url.map_err(|error| StorageError::Unusable(error.to_string()))?;
        let mut request = self.client.http().request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(key) = &self.key {
            let mut value = header::HeaderValue::try_from(format!("basic {}", key.expose()))
                .map_err(|_| StorageError::Unauthorised("the admin key cannot stand in a header".into()))?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        request.build().map_err(|error| of_transport(&error, OnDisconnect::Nothing))
    }
}

fn no_admin_api() -> StorageError {
    StorageError::Unusable("no admin API is at the admin URL".into())
}

/// libsql-server answers 200, gRPC and an empty body on every path that it does not know.
fn is_grpc(answer: &Response) -> bool {
    answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}
