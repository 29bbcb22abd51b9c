//! Deletes a tenant: takes the maintenance lock, makes the final backup, then deletes the databases and the tenant's row. Once
//! the catalog says `deleting`, the tenant is deleted even after a crash or a failure. Its name is then in quarantine.

use std::{path::PathBuf, sync::Arc};

use domain::TenantState;

use crate::fleet::recovery::cleanup_queue::Cleanup;
use crate::{
    Backend, CrashPoint, Error,
    fleet::tenants::{MaintenanceLock, Tenant},
};

impl Backend {
    /// Deletes a tenant. Returns the path of its final backup. It runs as a task of its own, so it continues when the caller
    /// goes away.
    pub(crate) async fn delete(&self, tenant: Arc<Tenant>, backup: bool) -> Result<Option<PathBuf>, Error> {
        let backend = self.clone();
        let deleting = tokio::spawn(async move { backend.delete_whole(&tenant, backup).await });
        deleting.await.map_err(|error| Error::Internal(error.into()))?
    }

    async fn delete_whole(&self, tenant: &Arc<Tenant>, backup: bool) -> Result<Option<PathBuf>, Error> {
        if tenant.record().state == TenantState::Creating {
            return Err(Error::busy("the tenant is being made"));
        }
        let hold = self.hold(tenant).await?;
        self.settings.crash_points.reach(CrashPoint::DeleteHeld);
        self.delete_held(tenant, hold, backup).await
    }

    /// Deletes a tenant whose maintenance lock is held and whose database is closed. The lock is released at the end, also
    /// after an error.
    pub(crate) async fn delete_held(
        &self,
        tenant: &Arc<Tenant>,
        _hold: MaintenanceLock,
        backup: bool,
    ) -> Result<Option<PathBuf>, Error> {
        let kept = if backup { Some(self.back_up_held(tenant).await?.file) } else { None };
        self.settings.crash_points.reach(CrashPoint::DeleteBackedUp);
        self.catalog.enter(tenant, TenantState::Deleting, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::DeleteNoted);
        if let Err(error) = self.finish_deletion(tenant).await {
            self.cleanup.add(Cleanup::Tenant(Arc::clone(tenant)));
            return Err(error);
        }
        Ok(kept)
    }

    /// Deletes what is left of a tenant in the state `deleting`.
    pub(crate) async fn finish_deletion(&self, tenant: &Arc<Tenant>) -> Result<(), Error> {
        let of_it = self.catalog.databases()?.into_iter().filter(|known| known.location.tenant == tenant.id);
        for known in of_it {
            self.remove(&known.location).await?;
        }
        self.settings.crash_points.reach(CrashPoint::DeleteEmptied);
        self.catalog.remove(tenant, true, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::DeleteDone);
        Ok(())
    }
}
