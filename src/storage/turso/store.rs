//! The store at Turso. Each tenant has a database in one group of one organization.

use std::{sync::Arc, time::Duration};

use domain::Usage;
use reqwest::Url;

use super::{Account, Api, Configuration, Spares, Tokens, await_ready};
use crate::{
    DatabaseLocation, Random, Result, StorageError, TursoSettings,
    hrana::{self, Client, Database},
};

/// Time limit for creating a database at Turso, and again for waiting until it answers.
const PATIENCE: Duration = Duration::from_mins(1);

/// The databases of one group.
pub struct Turso {
    api: Arc<Api>,
    tokens: Arc<Tokens>,
    client: Client,
    random: Arc<dyn Random>,
    /// Pattern that makes a URL from a host: `https://{hostname}`.
    pattern: String,
    size_limit: Option<String>,
    spares: Spares,
}

impl Turso {
    pub fn new(settings: &TursoSettings, client: Client, random: Arc<dyn Random>) -> Self {
        let account = Account {
            organization: settings.organization.clone(),
            group: settings.group.clone(),
            token: settings.token.clone(),
            url: settings.api_url.clone(),
            deadline: client.deadline(),
            patience: PATIENCE,
        };
        let api = Arc::new(Api::new(account, client.http().clone(), Arc::clone(&random)));
        let tokens = Arc::new(Tokens::new(Arc::clone(&api)));
        Self {
            api,
            tokens,
            client,
            random,
            pattern: settings.database_url.clone(),
            size_limit: settings.size_limit.clone(),
            spares: Spares::new(settings.spares),
        }
    }

    /// Creates a database and waits until it answers. An existing one is kept. Returns the location with its host.
    pub async fn create(&self, location: DatabaseLocation) -> Result<DatabaseLocation> {
        let location = DatabaseLocation { host: Some(self.api.create(&location.name).await?), ..location };
        if self.size_limit.is_some() {
            let limited = Configuration { size_limit: self.size_limit.clone(), ..Configuration::default() };
            self.api.configure(&location.name, &limited).await?;
        }
        let database = self.database(&location)?;
        let probe = || async { database.read("SELECT 1", vec![]).await.map(drop) };
        await_ready(probe, PATIENCE, &*self.random).await?;
        Ok(location)
    }

    /// The database of a location. Returns `Missing` if the location has no host yet.
    pub fn database(&self, location: &DatabaseLocation) -> Result<Database> {
        let host = location.host.as_deref().ok_or(StorageError::Missing)?;
        let url = self.pattern.replace("{hostname}", host);
        let url = Url::parse(&url).map_err(|error| StorageError::Unusable(format!("{url} is no address: {error}")))?;
        let tokens = hrana::Tokens::fetched(Arc::clone(&self.tokens), location.name.clone());
        Ok(Database::new(&self.client, url, None, tokens))
    }

    /// Size of a database, and its row counts of this month.
    pub async fn usage(&self, name: &str) -> Result<Usage> {
        let super::Usage { bytes, rows_read, rows_written } = self.api.usage(name).await?;
        Ok(Usage { bytes, log_bytes: None, rows_read: Some(rows_read), rows_written: Some(rows_written) })
    }

    /// Checks that a database exists and is not blocked.
    pub async fn examine(&self, name: &str) -> Result<()> {
        self.api.retrieve(name).await?.ok_or(StorageError::Missing)?;
        let Configuration { block_reads, block_writes, .. } = self.api.configuration(name).await?;
        if block_reads == Some(true) || block_writes == Some(true) {
            return Err(StorageError::Blocked("its configuration at Turso says so".into()));
        }
        Ok(())
    }

    /// Deletes a database. A missing one is not an error.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.tokens.forget(name);
        self.api.delete(name).await
    }

    /// Names of all databases of the group.
    pub async fn list(&self) -> Result<Vec<String>> {
        self.api.list().await
    }

    /// The databases that are kept ready.
    pub fn spares(&self) -> &Spares {
        &self.spares
    }
}
