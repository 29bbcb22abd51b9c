//! Spare databases: databases that are created in advance, because creating one takes long. A spare has the id that its tenant
//! will get.

use domain::{Storage, TenantId, TenantName};
use storage::{DatabaseLocation, Result, Spares, StorageError, chain};

use crate::{Backend, fleet::catalog::DatabaseState};

impl Backend {
    /// Returns the database for a new tenant: a spare, or the location of a database that is still to be created.
    pub(crate) fn location_for(&self, name: &TenantName) -> DatabaseLocation {
        let spare = self.stores.spares().filter(|_| self.settings.storages.default == Storage::Turso);
        spare.and_then(Spares::take).unwrap_or_else(|| {
            DatabaseLocation::first(self.settings.storages.default, TenantId::new(self.millis(), &self.random()), name)
        })
    }

    /// Keeps spare databases ready for the next sign-ups, while it is polled. It returns at once unless new databases go to a
    /// storage with spares.
    pub async fn keep_spares(&self) {
        let Some(spares) = self.stores.spares().filter(|_| self.settings.storages.default == Storage::Turso) else {
            return;
        };
        match self.catalog.databases() {
            Ok(known) => {
                let known = known.into_iter().filter(|known| known.state == DatabaseState::Spare);
                spares.remember(known.map(|known| known.location));
            }
            Err(error) => tracing::error!(error = chain(&error), "the list of databases cannot be read"),
        }
        spares.refill(&*self.random, || self.reserve_spare(), |location| self.make_spare(location)).await;
    }

    async fn reserve_spare(&self) -> Result<DatabaseLocation> {
        let id = TenantId::new(self.millis(), &self.random());
        let name = "spare".parse().map_err(|_| StorageError::Lost("a spare has no name".into()))?;
        let location = DatabaseLocation::first(Storage::Turso, id, &name);
        self.catalog.note_database(&location, DatabaseState::Spare, self.now()).await?;
        Ok(location)
    }

    async fn make_spare(&self, location: DatabaseLocation) -> Result<DatabaseLocation> {
        let location = self.stores.create(location).await?;
        self.catalog.host_of(&location).await?;
        Ok(location)
    }
}
