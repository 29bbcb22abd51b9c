//! The store on a libsql-server. Each tenant has a namespace, and each namespace has its own token.

use std::{sync::Arc, time::Duration};

use domain::Usage;
use reqwest::Url;

use super::{Admin, Minter, Namespace, Stats};
use crate::{
    DatabaseLocation, LibsqlServerSettings, Result, StorageError,
    hrana::{Client, Database, Tokens},
};

/// Deadline of an admin request. Creating a namespace takes longer than a query.
const PATIENCE: Duration = Duration::from_secs(10);

/// The namespaces of one server.
pub struct LibsqlServer {
    url: Url,
    client: Client,
    admin: Admin,
    minter: Option<Arc<Minter>>,
}

impl LibsqlServer {
    pub fn new(settings: &LibsqlServerSettings, client: &Client) -> Result<Self> {
        let minter = settings.jwt_key.as_ref().map(|pem| Minter::from_pem(pem.expose().as_bytes())).transpose();
        let minter =
            minter.map_err(|error| StorageError::Unauthorised(format!("the libsql-server's JWT key: {error}")))?;
        let (url, key) = (settings.admin_url.clone(), settings.admin_key.clone());
        let admin = Admin::new(client.clone(), url, key, PATIENCE);
        Ok(Self { url: settings.url.clone(), client: client.clone(), admin, minter: minter.map(Arc::new) })
    }

    /// Creates a namespace. An existing one is kept.
    pub async fn create(&self, location: &DatabaseLocation) -> Result<()> {
        self.admin.create(&namespace(&location.name)?).await
    }

    /// Size of a namespace, and its row counts since the server started.
    pub async fn usage(&self, name: &str) -> Result<Usage> {
        let Stats { bytes, rows_read, rows_written } = self.admin.stats(&namespace(name)?).await?;
        Ok(Usage { bytes, log_bytes: None, rows_read: Some(rows_read), rows_written: Some(rows_written) })
    }

    /// Checks that a namespace exists and is not blocked.
    pub async fn examine(&self, name: &str) -> Result<()> {
        let config = self.admin.config(&namespace(name)?).await?;
        if config.block_reads || config.block_writes {
            return Err(StorageError::Blocked(config.block_reason.unwrap_or_else(|| "no reason is given".into())));
        }
        Ok(())
    }

    /// Deletes a namespace. A missing one is not an error.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.admin.delete(&namespace(name)?).await
    }

    /// The database of a namespace.
    pub fn database(&self, location: &DatabaseLocation) -> Result<Database> {
        let namespace = namespace(&location.name)?;
        let tokens = match &self.minter {
            Some(minter) => Tokens::minted(Arc::clone(minter), namespace.clone()),
            None => Tokens::None,
        };
        Ok(Database::new(&self.client, self.url.clone(), Some(namespace), tokens))
    }
}

fn namespace(name: &str) -> Result<Namespace> {
    name.parse().map_err(|error| StorageError::Unusable(format!("`{name}`: {error}")))
}
