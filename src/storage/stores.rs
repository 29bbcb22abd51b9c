//! `Stores`: the storages of this Freehold, as the settings name them. Each tenant's database is on one of them.

use std::{path::Path, sync::Arc};

use domain::Storage;
use jiff::Timestamp;

use super::{
    Database, DatabaseLocation, Image, MigrationSet, Result, StorageError, Store, Summary,
    hrana::Client,
    libsql_server::LibsqlServer,
    local::Files,
    turso::{Spares, Turso},
};
use crate::{Clock, Random, Schema, StorageSettings};

/// All storages of this Freehold.
#[derive(Clone)]
pub struct Stores {
    all: Vec<Store>,
    schema: Schema,
    /// Summary of a database with the newest schema and without users.
    expected: Arc<Summary>,
}

impl Stores {
    /// Opens the storages that the settings name. Blocking.
    pub fn open(
        data: &Path,
        settings: &StorageSettings,
        schema: Schema,
        clock: &Arc<dyn Clock>,
        random: &Arc<dyn Random>,
    ) -> Result<Self> {
        let files = Files::open(data, schema.clone(), clock.now())?;
        let expected = Arc::new(files.template_summary()?);
        let mut all = vec![Store::Local(Arc::new(files))];
        if settings.libsql_server.is_some() || settings.turso.is_some() {
            let client = Client::new(Arc::clone(clock), settings.deadline)?;
            if let Some(server) = &settings.libsql_server {
                all.push(Store::LibsqlServer(Arc::new(LibsqlServer::new(server, &client)?)));
            }
            if let Some(turso) = &settings.turso {
                all.push(Store::Turso(Arc::new(Turso::new(turso, client, Arc::clone(random)))));
            }
        }
        let stores = Self { all, schema, expected };
        stores.of(settings.default)?;
        Ok(stores)
    }

    /// Summary of a database with the newest schema and without users.
    pub fn expected(&self) -> &Summary {
        &self.expected
    }

    /// The migrations of the databases.
    pub fn migrations(&self) -> MigrationSet {
        self.schema.migrations
    }

    /// Returns a storage, or an error if it is not set up.
    pub fn of(&self, storage: Storage) -> Result<&Store> {
        let unset = || StorageError::Unusable(format!("{storage} is not set up: see `freehold serve --help`"));
        self.all.iter().find(|store| store.kind() == storage).ok_or_else(unset)
    }

    /// Returns `storage`, or `Local` if it is no longer set up. A backup outlives the storage of its database.
    pub fn or_files(&self, storage: Storage) -> Storage {
        self.of(storage).map_or(Storage::Local, Store::kind)
    }

    /// All storages that are set up.
    pub fn iter(&self) -> impl Iterator<Item = &Store> {
        self.all.iter()
    }

    /// The spare databases. `None` means that Turso is not set up.
    pub fn spares(&self) -> Option<&Spares> {
        self.all.iter().find_map(|store| match store {
            Store::Turso(turso) => Some(turso.spares()),
            _ => None,
        })
    }

    /// Creates a database on the storage of `location`.
    pub async fn create(&self, location: DatabaseLocation) -> Result<DatabaseLocation> {
        Box::pin(self.of(location.storage)?.create(location)).await
    }

    /// Creates a database from an image, on the storage of `location`.
    pub async fn fill(&self, location: DatabaseLocation, image: Arc<Image>) -> Result<DatabaseLocation> {
        Box::pin(self.of(location.storage)?.fill(location, image)).await
    }

    /// Opens a database and migrates it to the newest schema.
    pub async fn open_database(&self, location: &DatabaseLocation, now: Timestamp) -> Result<Database> {
        Box::pin(self.of(location.storage)?.open_database(location, self.schema.migrations, now)).await
    }

    /// Opens a database without migrating it, to look at all of it.
    pub async fn open_unmigrated(&self, location: &DatabaseLocation) -> Result<Database> {
        Box::pin(self.of(location.storage)?.open_unmigrated(location)).await
    }

    /// Removes a database. A missing one is not an error.
    pub async fn delete(&self, location: &DatabaseLocation) -> Result<()> {
        Box::pin(self.of(location.storage)?.delete(location)).await
    }
}
