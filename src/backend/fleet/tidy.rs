//! What a crash left: finished or taken back at the next start. Nobody was told of a tenant that was still being made: it
//! goes, and its name is free. One that was being deleted goes too. A database that was being made or removed is removed.

use std::sync::Arc;

use domain::{Storage, TenantState};

use crate::{
    Backend, Error,
    catalog::{DatabaseState, Known},
    error::chain,
    storage::Place,
    tenant::Tenant,
};

impl Backend {
    /// Tidies up after a crash: what is on files now, what is elsewhere while others are served already.
    pub(crate) async fn tidy(&self) {
        self.tidy_up(|storage| storage == Storage::Local).await;
        let backend = self.clone();
        tokio::spawn(async move { backend.tidy_up(|storage| storage != Storage::Local).await });
    }

    async fn tidy_up(&self, on: impl Fn(Storage) -> bool) {
        let (half_made, going) =
            (self.catalog.in_state(TenantState::Creating), self.catalog.in_state(TenantState::Deleting));
        for tenant in half_made.iter().filter(|tenant| on(tenant.place().storage)) {
            self.unmake(tenant).await;
        }
        for tenant in going.iter().filter(|tenant| on(tenant.place().storage)) {
            self.report(tenant, self.finish_deletion(tenant).await);
        }
        for known in self.left_over().into_iter().filter(|known| on(known.place.storage)) {
            self.discard(&known.place).await;
        }
    }

    /// The databases that no tenant has and nobody is making: at a start, or while their tenant is held.
    fn left_over(&self) -> Vec<Known> {
        let mut known = self.catalog.databases().unwrap_or_else(|error| {
            tracing::error!(error = chain(&error), "the list of databases cannot be read");
            Vec::new()
        });
        known.retain(|known| matches!(known.state, DatabaseState::Making | DatabaseState::Leaving));
        known
    }

    /// Removes what there is of a tenant that never came to be.
    pub(crate) async fn unmake(&self, tenant: &Arc<Tenant>) {
        self.report(tenant, self.unmade(tenant).await);
    }

    pub(crate) async fn unmade(&self, tenant: &Arc<Tenant>) -> Result<(), Error> {
        self.pool.close(tenant).await?;
        self.remove(&tenant.place()).await?;
        self.settings.steps.reach("unmake: the database is gone");
        Ok(self.catalog.remove(tenant, false, self.now()).await?)
    }

    fn report(&self, tenant: &Tenant, done: Result<(), Error>) {
        if let Err(error) = done {
            let (tenant, error) = (&tenant.record().name, chain(&error));
            tracing::error!(%tenant, error, "what is left of a tenant stays until the next start or `freehold doctor --fix`");
        }
    }

    /// Removes a database that nobody has. What cannot be removed now is in the catalog, for the next start.
    pub(crate) async fn discard(&self, place: &Place) {
        if let Err(error) = self.remove(place).await {
            let error = chain(&error);
            tracing::error!(database = place.name, storage = %place.storage, error, "a database is left until the next start or `freehold doctor --fix`");
        }
    }

    /// Removes a database, and forgets it when it is gone.
    pub(crate) async fn remove(&self, place: &Place) -> Result<(), Error> {
        self.catalog.leaving(place, self.now()).await?;
        self.settings.steps.reach("remove: noted");
        self.stores.delete(place).await?;
        self.settings.steps.reach("remove: gone from the storage");
        Ok(self.catalog.gone(place).await?)
    }
}
