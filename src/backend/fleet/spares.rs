//! Databases made beforehand, where making one takes long: a spare has the id that its tenant will have.

use domain::{Storage, TenantId, TenantName};
use storage::{Place, Result, Spares, StorageError, chain};

use crate::{Backend, catalog::DatabaseState};

impl Backend {
    /// Where a new tenant's database is, or will be made.
    pub(crate) fn place_for(&self, name: &TenantName) -> Place {
        let spare = self.stores.spares().filter(|_| self.settings.storages.default == Storage::Turso);
        spare.and_then(Spares::take).unwrap_or_else(|| {
            Place::first(self.settings.storages.default, TenantId::new(self.millis(), &self.random()), name)
        })
    }

    /// Keeps databases ready for the next sign-ups, where that pays, for as long as it is polled.
    pub async fn keep_spares(&self) {
        let Some(spares) = self.stores.spares().filter(|_| self.settings.storages.default == Storage::Turso) else {
            return;
        };
        match self.catalog.databases() {
            Ok(known) => {
                let known = known.into_iter().filter(|known| known.state == DatabaseState::Spare);
                spares.remember(known.map(|known| known.place));
            }
            Err(error) => tracing::error!(error = chain(&error), "the list of databases cannot be read"),
        }
        spares.refill(&*self.random, || self.reserve_spare(), |place| self.make_spare(place)).await;
    }

    async fn reserve_spare(&self) -> Result<Place> {
        let id = TenantId::new(self.millis(), &self.random());
        let name = "spare".parse().map_err(|_| StorageError::Lost("a spare has no name".into()))?;
        let place = Place::first(Storage::Turso, id, &name);
        self.catalog.note_database(&place, DatabaseState::Spare, self.now()).await?;
        Ok(place)
    }

    async fn make_spare(&self, place: Place) -> Result<Place> {
        let place = self.stores.create(place).await?;
        self.catalog.host_of(&place).await?;
        Ok(place)
    }
}
