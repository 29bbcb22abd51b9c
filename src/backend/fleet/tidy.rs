//! What a crash left: finished or taken back at the next start, or later (`left.rs`) if its storage does not answer then.
//! Nobody was told of a tenant that was still being made: it goes, and its name is free. One that was being deleted goes
//! too. A database that was being made or removed is removed.

use std::{sync::Arc, time::Duration};

use domain::{Storage, TenantState};
use tokio::time::timeout;

use super::Leftover;
use storage::{Place, chain};

use crate::{
    Backend, Error, Step,
    catalog::{DatabaseState, Known},
    tenant::Tenant,
};

/// What a crash left.
struct Left {
    half_made: Vec<Arc<Tenant>>,
    going: Vec<Arc<Tenant>>,
    databases: Vec<Known>,
}

/// How long whoever asked for a tenant waits till what there is of it is gone again.
const AT_ONCE: Duration = Duration::from_secs(2);

impl Backend {
    /// Tidies up after a crash: what is on files now, what is elsewhere while others are served already. What there is to
    /// tidy is seen before anybody is served: what begins later is not left over.
    pub(crate) async fn tidy(&self) {
        self.tidy_backups().await;
        let (here, elsewhere) = self.left_over().parted();
        self.tidy_up(here).await;
        let backend = self.clone();
        tokio::spawn(async move { backend.tidy_up(elsewhere).await });
    }

    /// Removes what is left of backups of ours that were begun or removed and not finished: nobody is at work on them yet.
    async fn tidy_backups(&self) {
        let is_ours = self.catalog.ids();
        if let Err(error) = self.archive().tidy(is_ours, self.now()).await {
            tracing::error!(error = chain(&error), "what is left of unfinished backups stays until the next start");
        }
    }

    async fn tidy_up(&self, left: Left) {
        for tenant in &left.half_made {
            self.report(tenant, self.unmade(tenant).await); // nobody waits for it: it may take its time
        }
        for tenant in &left.going {
            self.report(tenant, self.finish_deletion(tenant).await);
        }
        for known in &left.databases {
            self.discard(&known.place).await;
        }
    }

    fn left_over(&self) -> Left {
        let mut databases = self.catalog.databases().unwrap_or_else(|error| {
            tracing::error!(error = chain(&error), "the list of databases cannot be read");
            Vec::new()
        });
        let [half_made, going] =
            [TenantState::Creating, TenantState::Deleting].map(|state| self.catalog.in_state(state));
        let is_ones = |known: &Known| half_made.iter().chain(&going).any(|tenant| tenant.id == known.place.tenant);
        databases
            .retain(|known| matches!(known.state, DatabaseState::Making | DatabaseState::Leaving) && !is_ones(known));
        Left { half_made, going, databases }
    }

    /// Removes what there is of a tenant that never came to be. Nobody waits for a storage that does not answer: it is
    /// removed later.
    pub(crate) async fn unmake(&self, tenant: &Arc<Tenant>) {
        let done = timeout(AT_ONCE, self.unmade(tenant)).await;
        self.report(tenant, done.unwrap_or(Err(Error::busy("the storage takes its time"))));
    }

    pub(crate) async fn unmade(&self, tenant: &Arc<Tenant>) -> Result<(), Error> {
        self.pool.close(tenant).await?;
        self.remove(&tenant.place()).await?;
        self.settings.steps.reach(Step::UnmakeEmptied);
        self.catalog.remove(tenant, false, self.now()).await?;
        self.settings.steps.reach(Step::UnmakeDone);
        Ok(())
    }

    fn report(&self, tenant: &Arc<Tenant>, done: Result<(), Error>) {
        if let Err(error) = done {
            let (name, error) = (&tenant.record().name, chain(&error));
            tracing::error!(tenant = %name, error, "what is left of a tenant is removed later, or by `freehold doctor --fix`");
            self.left.add(Leftover::Tenant(Arc::clone(tenant)));
        }
    }

    /// Removes a database that nobody has. What cannot be removed now is in the catalog, for later.
    pub(crate) async fn discard(&self, place: &Place) {
        if let Err(error) = self.remove(place).await {
            let error = chain(&error);
            tracing::error!(database = place.name, storage = %place.storage, error, "a database is removed later, or by `freehold doctor --fix`");
            self.left.add(Leftover::Database(place.clone()));
        }
    }

    /// Removes a database, and forgets it when it is gone.
    pub(crate) async fn remove(&self, place: &Place) -> Result<(), Error> {
        self.catalog.leaving(place, self.now()).await?;
        self.settings.steps.reach(Step::RemoveNoted);
        self.stores.delete(place).await?;
        self.settings.steps.reach(Step::RemoveGone);
        self.catalog.gone(place).await?;
        self.settings.steps.reach(Step::RemoveDone);
        Ok(())
    }
}

impl Left {
    /// What is on files, and what is elsewhere.
    fn parted(self) -> (Self, Self) {
        let is_here = |tenant: &Arc<Tenant>| tenant.place().storage == Storage::Local;
        let (half_made, half_made_elsewhere) = self.half_made.into_iter().partition(is_here);
        let (going, going_elsewhere) = self.going.into_iter().partition(is_here);
        let (databases, databases_elsewhere) =
            self.databases.into_iter().partition(|known| known.place.storage == Storage::Local);
        let here = Self { half_made, going, databases };
        (here, Self { half_made: half_made_elsewhere, going: going_elsewhere, databases: databases_elsewhere })
    }
}
