//! Calls of the Platform API for the databases of one group. Each call may be made twice without harm, so it is retried after
//! an error that may pass. Background work (creating, deleting, listing) is retried for a minute, and the rest within a
//! request's deadline.

use std::{sync::Arc, time::Duration};

use domain::Secret;
use reqwest::{Client, Method, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::time::Instant;

use super::{
    backoff::retry,
    dto::{Configuration, Database, Listed, Minted, Named, One, Totalled, Usage},
    http::{Call, Fault, Sent, send},
};
use crate::{Random, Result, StorageError, hedged};

/// Address of the Platform API, and the account to use.
#[derive(Debug, Clone)]
pub struct Account {
    pub organization: String,
    /// The group in which databases are created.
    pub group: String,
    /// The platform token. It can create, delete and open every database of the group.
    pub token: Secret,
    /// `https://api.turso.tech`, or a server that replaces it.
    pub url: Url,
    /// Time limit of a call for a request, with all its retries.
    pub deadline: Duration,
    /// Time limit of a background call, with all its retries: a minute.
    pub patience: Duration,
}

/// Client of the Platform API. It shares the program's connections. Its HTTP client follows no redirect, so that the token is
/// sent nowhere else.
pub struct Api {
    account: Account,
    client: Client,
    random: Arc<dyn Random>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Api").field(&self.account).finish()
    }
}

impl Api {
    pub fn new(account: Account, client: Client, random: Arc<dyn Random>) -> Self {
        Self { account, client, random }
    }

    /// Creates the database, unless it exists already, and returns its host name.
    pub async fn create(&self, name: &str) -> Result<String> {
        retry(self.patient(), &*self.random, || async { Ok(self.create_once(name).await?) }).await
    }

    /// Finds a database. `None` means that no database has this name.
    pub async fn retrieve(&self, name: &str) -> Result<Option<Database>> {
        match self.ask::<One<Database>>(self.soon(), get(&["databases", name])).await {
            Ok(found) => Ok(Some(found.database)),
            Err(StorageError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes the database with all its content. A missing one is not an error.
    pub async fn delete(&self, name: &str) -> Result<()> {
        let path = ["databases", name];
        let call = Call { method: Method::DELETE, ..get(&path) };
        match self.ask::<One<String>>(self.patient(), call).await {
            Ok(_) | Err(StorageError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Names of all databases of the group.
    pub async fn list(&self) -> Result<Vec<String>> {
        let query = [("group", self.account.group.as_str())];
        let call = Call { query: &query, ..get(&["databases"]) };
        let listed: Listed = self.ask(self.patient(), call).await?;
        Ok(listed.databases.into_iter().map(|Named { name }| name).collect())
    }

    /// Returns a new token with full access to this database, valid for a day from now. All retries end by `until`.
    pub(super) async fn mint(&self, name: &str, until: Instant) -> Result<Secret> {
        let query = [("expiration", "1d"), ("authorization", "full-access")];
        let path = ["databases", name, "auth", "tokens"];
        let call = Call { method: Method::POST, query: &query, ..get(&path) };
        let asking = || async { Ok(hedged(|| self.send::<Minted>(&call)).await?.jwt) };
        retry(until, &*self.random, asking).await
    }

    /// Size of the database, and its row counts of this month.
    pub async fn usage(&self, name: &str) -> Result<Usage> {
        let path = ["databases", name, "usage"];
        Ok(self.ask::<One<Totalled>>(self.soon(), get(&path)).await?.database.total)
    }

    /// Reads the database's settings.
    pub async fn configuration(&self, name: &str) -> Result<Configuration> {
        self.ask(self.soon(), get(&["databases", name, "configuration"])).await
    }

    /// Changes the settings that are given, and returns all settings.
    pub async fn configure(&self, name: &str, change: &Configuration) -> Result<Configuration> {
        let path = ["databases", name, "configuration"];
        let call = Call { method: Method::PATCH, body: Some(json!(change)), ..get(&path) };
        self.ask(self.soon(), call).await
    }

    /// When a call for a request must be over.
    pub(super) fn soon(&self) -> Instant {
        Instant::now() + self.account.deadline
    }

    fn patient(&self) -> Instant {
        Instant::now() + self.account.patience
    }

    /// Creates the database, without retries. Turso answers 409 or 400 if a name is taken, and 400 also for other errors.
    /// Asking for the database shows which it was.
    async fn create_once(&self, name: &str) -> Sent<String> {
        let body = json!({ "name": name, "group": self.account.group });
        let call = Call { method: Method::POST, body: Some(body), ..get(&["databases"]) };
        let refused = match self.send::<One<Database>>(&call).await {
            Ok(made) => return Ok(made.database.hostname),
            Err(fault) => fault,
        };
        if !matches!(refused.status(), Some(StatusCode::BAD_REQUEST | StatusCode::CONFLICT)) {
            return Err(refused);
        }
        match self.send::<One<Database>>(&get(&["databases", name])).await {
            Ok(found) => Ok(found.database.hostname),
            Err(fault) if fault.status() == Some(StatusCode::NOT_FOUND) => Err(refused),
            Err(fault) => Err(fault),
        }
    }

    async fn ask<T: DeserializeOwned>(&self, until: Instant, call: Call<'_>) -> Result<T> {
        retry(until, &*self.random, || async { Ok(self.send(&call).await?) }).await
    }

    async fn send<T: DeserializeOwned>(&self, call: &Call<'_>) -> Sent<T> {
        send(&self.client, self.address(call.path)?, &self.account.token, call).await
    }

    /// URL of a resource in the organization. Each part of the path is escaped.
    fn address(&self, path: &[&str]) -> Sent<Url> {
        let mut url = self.account.url.clone();
        let no_base = |()| Fault::Unreachable("its address is no base for others".to_owned());
        let all = ["v1", "organizations", &self.account.organization];
        url.path_segments_mut().map_err(no_base)?.pop_if_empty().extend(all).extend(path);
        Ok(url)
    }
}

fn get<'a>(path: &'a [&'a str]) -> Call<'a> {
    Call { method: Method::GET, path, query: &[], body: None }
}
