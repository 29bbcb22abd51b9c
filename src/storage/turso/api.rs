//! The calls of the Platform API for the databases of one group. Each may be made twice without harm, so each is tried
//! again when it may pass: work in the background (making, deleting, listing) for a minute, the rest within a request's deadline.

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

/// Where the databases are, and as whom.
#[derive(Debug, Clone)]
pub struct Account {
    pub organization: String,
    /// The group that databases are made in.
    pub group: String,
    /// The platform token: may make, delete and open every database of the group.
    pub token: Secret,
    /// `https://api.turso.tech`, or what stands in for it.
    pub url: Url,
    /// What a call for a request may take, all its tries together.
    pub deadline: Duration,
    /// What a call in the background may take, likewise: a minute.
    pub patience: Duration,
}

/// The Platform API. Shares the program's connections: of a client that follows no redirect, so that the token stays here.
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

    /// Makes the database, unless it is there already, and says at which hostname it will answer.
    pub async fn create(&self, name: &str) -> Result<String> {
        retry(self.patient(), &*self.random, || async { Ok(self.create_once(name).await?) }).await
    }

    /// The database; `None` when there is none of this name.
    pub async fn retrieve(&self, name: &str) -> Result<Option<Database>> {
        match self.ask::<One<Database>>(self.soon(), get(&["databases", name])).await {
            Ok(found) => Ok(Some(found.database)),
            Err(StorageError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes the database with all that is in it. One that is not there is deleted already.
    pub async fn delete(&self, name: &str) -> Result<()> {
        let path = ["databases", name];
        let call = Call { method: Method::DELETE, ..get(&path) };
        match self.ask::<One<String>>(self.patient(), call).await {
            Ok(_) | Err(StorageError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The names of all databases of the group.
    pub async fn list(&self) -> Result<Vec<String>> {
        let query = [("group", self.account.group.as_str())];
        let call = Call { query: &query, ..get(&["databases"]) };
        let listed: Listed = self.ask(self.patient(), call).await?;
        Ok(listed.databases.into_iter().map(|Named { name }| name).collect())
    }

    /// A new token for everything in this database, good for a day from now. All tries are over at `until`.
    pub(super) async fn mint(&self, name: &str, until: Instant) -> Result<Secret> {
        let query = [("expiration", "1d"), ("authorization", "full-access")];
        let path = ["databases", name, "auth", "tokens"];
        let call = Call { method: Method::POST, query: &query, ..get(&path) };
        let asking = || async { Ok(hedged(|| self.send::<Minted>(&call)).await?.jwt) };
        retry(until, &*self.random, asking).await
    }

    /// What the database holds, and what was done in it this month.
    pub async fn usage(&self, name: &str) -> Result<Usage> {
        let path = ["databases", name, "usage"];
        Ok(self.ask::<One<Totalled>>(self.soon(), get(&path)).await?.database.total)
    }

    /// The database's settings.
    pub async fn configuration(&self, name: &str) -> Result<Configuration> {
        self.ask(self.soon(), get(&["databases", name, "configuration"])).await
    }

    /// Changes those settings that are given, and says what they all are now.
    pub async fn configure(&self, name: &str, change: &Configuration) -> Result<Configuration> {
        let path = ["databases", name, "configuration"];
        let call = Call { method: Method::PATCH, body: Some(json!(change)), ..get(&path) };
        self.ask(self.soon(), call).await
    }

    /// When a call that is made for a request must be over.
    pub(super) fn soon(&self) -> Instant {
        Instant::now() + self.account.deadline
    }

    fn patient(&self) -> Instant {
        Instant::now() + self.account.patience
    }

    /// Turso says 409 or 400 of a name that is taken: which it was is seen by asking for it.
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

    /// The address of something in the organization; each part of the path is escaped.
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
