//! Recovery at the start. A tenant that was being created is rolled back: its caller got no answer, and its name is free again.
//! A tenant that was being deleted is deleted. A database that was being created or deleted is deleted. What a storage cannot
//! delete now waits in the cleanup queue.

use std::{sync::Arc, time::Duration};

use domain::{Storage, TenantState};
use storage::{DatabaseLocation, chain};
use tokio::time::timeout;

use super::cleanup_queue::Cleanup;

use crate::{
    Backend, CrashPoint, Error,
    fleet::catalog::{DatabaseState, Known},
    fleet::tenants::Tenant,
};

/// What a crash left behind.
struct Left {
    half_made: Vec<Arc<Tenant>>,
    going: Vec<Arc<Tenant>>,
    databases: Vec<Known>,
}

/// Upper bound on rolling back a failed create before the caller gets its error. The rest is left to the cleanup queue.
const ROLLBACK_TIMEOUT: Duration = Duration::from_secs(2);

impl Backend {
    /// Recovers from a crash: local databases before this returns, remote ones in the background. The list is made before any
    /// request is served, so it contains nothing that a request has begun.
    pub(crate) async fn recover(&self) {
        self.recover_backups().await;
        let (here, elsewhere) = self.left_over().parted();
        self.clean_up(here).await;
        let backend = self.clone();
        tokio::spawn(async move { backend.clean_up(elsewhere).await });
    }

    /// Removes unfinished backups of the catalog's tenants. No backup runs yet.
    async fn recover_backups(&self) {
        let is_ours = self.catalog.ids();
        if let Err(error) = self.archive().tidy(is_ours, self.now()).await {
            tracing::error!(error = chain(&error), "unfinished backups stay until the next start");
        }
    }

    async fn clean_up(&self, left: Left) {
        for tenant in &left.half_made {
            self.report(tenant, self.try_rollback_create(tenant).await); // nobody waits for it, so it has no timeout
        }
        for tenant in &left.going {
            self.report(tenant, self.finish_deletion(tenant).await);
        }
        for known in &left.databases {
            self.delete_or_defer(&known.location).await;
        }
    }

    fn left_over(&self) -> Left {
        let mut databases = self.catalog.databases().unwrap_or_else(|error| {
            tracing::error!(error = chain(&error), "the list of databases cannot be read");
            Vec::new()
        });
        let [half_made, going] =
            [TenantState::Creating, TenantState::Deleting].map(|state| self.catalog.in_state(state));
        let is_ones = |known: &Known| half_made.iter().chain(&going).any(|tenant| tenant.id == known.location.tenant);
        databases
            .retain(|known| matches!(known.state, DatabaseState::Making | DatabaseState::Leaving) && !is_ones(known));
        Left { half_made, going, databases }
    }

    /// Rolls back a failed create. If the storage does not answer in time, the cleanup queue does the rest.
    pub(crate) async fn rollback_create(&self, tenant: &Arc<Tenant>) {
        let done = timeout(ROLLBACK_TIMEOUT, self.try_rollback_create(tenant)).await;
        self.report(tenant, done.unwrap_or(Err(Error::busy("the storage did not answer in time"))));
    }

    pub(crate) async fn try_rollback_create(&self, tenant: &Arc<Tenant>) -> Result<(), Error> {
        self.pool.close(tenant).await?;
        self.remove(&tenant.location()).await?;
        self.settings.crash_points.reach(CrashPoint::RollbackEmptied);
        self.catalog.remove(tenant, false, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::RollbackDone);
        Ok(())
    }

    fn report(&self, tenant: &Arc<Tenant>, done: Result<(), Error>) {
        if let Err(error) = done {
            let (name, error) = (&tenant.record().name, chain(&error));
            tracing::error!(tenant = %name, error, "a tenant is deleted later by the cleanup queue, or by `freehold doctor --fix`");
            self.cleanup.add(Cleanup::Tenant(Arc::clone(tenant)));
        }
    }

    /// Deletes a database that no tenant uses, or leaves that to the cleanup queue.
    pub(crate) async fn delete_or_defer(&self, location: &DatabaseLocation) {
        if let Err(error) = self.remove(location).await {
            let error = chain(&error);
            tracing::error!(database = location.name, storage = %location.storage, error, "a database is deleted later by the cleanup queue, or by `freehold doctor --fix`");
            self.cleanup.add(Cleanup::Database(location.clone()));
        }
    }

    /// Deletes a database, and then its row in the catalog.
    pub(crate) async fn remove(&self, location: &DatabaseLocation) -> Result<(), Error> {
        self.catalog.leaving(location, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::RemoveNoted);
        self.stores.delete(location).await?;
        self.settings.crash_points.reach(CrashPoint::RemoveGone);
        self.catalog.gone(location).await?;
        self.settings.crash_points.reach(CrashPoint::RemoveDone);
        Ok(())
    }
}

impl Left {
    /// Splits it into local and remote databases.
    fn parted(self) -> (Self, Self) {
        let is_here = |tenant: &Arc<Tenant>| tenant.location().storage == Storage::Local;
        let (half_made, half_made_elsewhere) = self.half_made.into_iter().partition(is_here);
        let (going, going_elsewhere) = self.going.into_iter().partition(is_here);
        let (databases, databases_elsewhere) =
            self.databases.into_iter().partition(|known| known.location.storage == Storage::Local);
        let here = Self { half_made, going, databases };
        (here, Self { half_made: half_made_elsewhere, going: going_elsewhere, databases: databases_elsewhere })
    }
}
