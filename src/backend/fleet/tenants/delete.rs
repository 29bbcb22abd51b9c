//! Deleting a tenant: held, backed up for the last time, then its databases and its row. From the moment that the catalog
//! says `deleting` it goes, whatever happens; its name waits in quarantine.

use std::{path::PathBuf, sync::Arc};

use domain::TenantState;

use crate::fleet::recovery::cleanup_queue::Cleanup;
use crate::{
    Backend, CrashPoint, Error,
    fleet::tenants::{MaintenanceLock, Tenant},
};

impl Backend {
    /// Deletes a tenant; says where its final backup is. A task of its own: whoever asked may leave.
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

    /// Deletes a tenant that is held, and whose database is closed; lets go of it at the end, whatever comes of it.
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

    /// Removes what is left of a tenant that is being deleted.
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
