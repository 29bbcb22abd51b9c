//! Moves a tenant to another storage, and switches it back to the copy that a move or a restore kept.

use std::sync::Arc;

use domain::Storage;
use storage::{DatabaseLocation, chain};
use tokio::time::timeout;

use super::copies::COPYING;

use crate::{
    Backend, CrashPoint, Error,
    fleet::catalog::{DatabaseState, Known},
    fleet::tenants::Tenant,
};

impl Backend {
    /// Moves a tenant to another storage. The maintenance lock is held while the database is copied and compared, for at most
    /// ten minutes. The old copy is kept.
    pub(crate) async fn move_to(&self, tenant: Arc<Tenant>, storage: Storage) -> Result<(), Error> {
        self.stores.of(storage).map_err(|error| Error::Refused(chain(&error)))?;
        if tenant.location().storage == storage {
            return Err(Error::Refused(format!("The workspace is on {storage} already.")));
        }
        let backend = self.clone();
        let moving = tokio::spawn(async move { backend.move_held(&tenant, storage).await });
        moving.await.map_err(|error| Error::Internal(error.into()))?
    }

    async fn move_held(&self, tenant: &Arc<Tenant>, storage: Storage) -> Result<(), Error> {
        let _hold = self.hold(tenant).await?;
        self.settings.crash_points.reach(CrashPoint::MoveHeld);
        let copying = timeout(COPYING, self.copy_elsewhere(tenant, storage)).await;
        let location = copying
            .unwrap_or(Err(Error::busy("copying took longer than ten minutes: the tenant stays where it is")))?;
        self.point_at(tenant, &location).await
    }

    async fn copy_elsewhere(&self, tenant: &Tenant, storage: Storage) -> Result<DatabaseLocation, Error> {
        let database = self.stores.open_unmigrated(&tenant.location()).await?;
        let copied = self.image(&database).await;
        database.close().await;
        let (image, summary) = copied?;
        self.settings.crash_points.reach(CrashPoint::MoveCopied);
        self.create_from_image(tenant, storage, &Arc::new(image), &summary).await
    }

    /// Points a tenant at a complete database. The caller holds the maintenance lock.
    pub(crate) async fn point_at(&self, tenant: &Tenant, location: &DatabaseLocation) -> Result<(), Error> {
        self.settings.crash_points.reach(CrashPoint::SwitchBegun);
        self.catalog.switch(tenant, location, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::SwitchDone);
        Ok(())
    }

    /// Points a tenant at the copy that its last move or restore kept. Its present database is kept instead.
    pub(crate) async fn undo(&self, tenant: &Arc<Tenant>) -> Result<(), Error> {
        let _hold = self.hold(tenant).await?;
        let last = self.kept(tenant)?.into_iter().max_by_key(|known| known.since);
        let last = last.ok_or_else(|| {
            Error::Refused("No older copy of this workspace is kept: a move or a restore keeps one.".into())
        })?;
        self.stores.open_database(&last.location, self.now()).await?.close().await;
        self.point_at(tenant, &last.location).await
    }

    /// Deletes the copies that moves and restores kept. Returns how many there were.
    pub(crate) async fn forget_copies(&self, tenant: &Arc<Tenant>) -> Result<u64, Error> {
        let _hold = tenant.hold()?;
        let mut gone = 0;
        for known in self.kept(tenant)? {
            self.remove(&known.location).await?;
            gone += 1;
        }
        Ok(gone)
    }

    /// The copies of a tenant that are kept for an undo.
    pub(crate) fn kept(&self, tenant: &Tenant) -> Result<Vec<Known>, Error> {
        let mut known = self.catalog.databases()?;
        known.retain(|known| known.location.tenant == tenant.id && known.state == DatabaseState::Kept);
        Ok(known)
    }
}
