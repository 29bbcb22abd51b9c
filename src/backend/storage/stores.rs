//! The storages of this Freehold, as the settings name them: each tenant's database is on one of them.

use std::{path::Path, sync::Arc};

use domain::Storage;
use jiff::Timestamp;

use super::{
    Database, Image, Place, Result, StorageError, Store, Summary,
    hrana::Client,
    libsql_server::LibsqlServer,
    local::Files,
    turso::{Spares, Turso},
};
use crate::{Clock, Random, Settings};

/// All storages of this Freehold.
#[derive(Clone)]
pub(crate) struct Stores {
    all: Vec<Store>,
    /// What a database of the newest schema holds before anybody is in it.
    expected: Arc<Summary>,
}

impl Stores {
    /// Those that the settings name. Blocking.
    pub(crate) fn open(
        data: &Path,
        settings: &Settings,
        clock: &Arc<dyn Clock>,
        random: &Arc<dyn Random>,
    ) -> Result<Self> {
        let files = Files::open(data, clock.now(), settings.steps.clone())?;
        let expected = Arc::new(files.template_summary()?);
        let mut all = vec![Store::Local(Arc::new(files))];
        if settings.libsql_server.is_some() || settings.turso.is_some() {
            let client = Client::new(Arc::clone(clock), settings.storage_deadline)?;
            if let Some(server) = &settings.libsql_server {
                all.push(Store::LibsqlServer(Arc::new(LibsqlServer::new(server, &client)?)));
            }
            if let Some(turso) = &settings.turso {
                all.push(Store::Turso(Arc::new(Turso::new(turso, client, Arc::clone(random)))));
            }
        }
        let stores = Self { all, expected };
        stores.of(settings.storage)?;
        Ok(stores)
    }

    /// What a database of the newest schema holds before anybody is in it.
    pub(crate) fn expected(&self) -> &Summary {
        &self.expected
    }

    /// One of them, if it is set up.
    pub(crate) fn of(&self, storage: Storage) -> Result<&Store> {
        let unset = || StorageError::Unusable(format!("{storage} is not set up: see `freehold serve --help`"));
        self.all.iter().find(|store| store.kind() == storage).ok_or_else(unset)
    }

    /// This one, or files where it is not set up any more: a backup outlives what it was kept on.
    pub(crate) fn or_files(&self, storage: Storage) -> Storage {
        self.of(storage).map_or(Storage::Local, Store::kind)
    }

    /// Those that are set up.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Store> {
        self.all.iter()
    }

    /// The databases that are kept ready, where some are.
    pub(crate) fn spares(&self) -> Option<&Spares> {
        self.all.iter().find_map(|store| match store {
            Store::Turso(turso) => Some(turso.spares()),
            _ => None,
        })
    }

    /// Makes a database.
    pub(crate) async fn create(&self, place: Place) -> Result<Place> {
        Box::pin(self.of(place.storage)?.create(place)).await
    }

    /// Makes a database of an image.
    pub(crate) async fn fill(&self, place: Place, image: Arc<Image>) -> Result<Place> {
        Box::pin(self.of(place.storage)?.fill(place, image)).await
    }

    /// Opens a database and brings it to the newest schema.
    pub(crate) async fn open_database(&self, place: &Place, now: Timestamp) -> Result<Database> {
        Box::pin(self.of(place.storage)?.open_database(place, now)).await
    }

    /// Opens a database as it is, to look at all of it.
    pub(crate) async fn look(&self, place: &Place) -> Result<Database> {
        Box::pin(self.of(place.storage)?.look(place)).await
    }

    /// Removes a database; none there is fine.
    pub(crate) async fn delete(&self, place: &Place) -> Result<()> {
        Box::pin(self.of(place.storage)?.delete(place)).await
    }
}
