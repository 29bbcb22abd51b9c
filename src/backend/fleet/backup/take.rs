//! Backs up a tenant. The backup is consistent while the tenant is in use, and has the same format for every storage.

use std::{path::PathBuf, sync::Arc};

use storage::{Database, local::blocking};

use crate::{
    Backend, CrashPoint, Error, Retention,
    auth::secrets::Purpose,
    fleet::backup::{About, Archive, Backup, Seals},
    fleet::tenants::Tenant,
};

impl Backend {
    /// The backups folder of this Freehold.
    pub(crate) fn archive(&self) -> Archive {
        let folder = self.settings.backups.clone().unwrap_or_else(|| self.folder.backups());
        let (purpose, secrets) = (Purpose::Backup, &self.secrets);
        let keys = std::iter::once(secrets.key(purpose, None, 1)).chain(secrets.older_keys(purpose, None, 1));
        Archive::new(folder, Seals::new(keys), self.settings.crash_points.clone())
    }

    /// Backs up a tenant while it is in use.
    pub(crate) async fn back_up(&self, tenant: &Arc<Tenant>) -> Result<Backup, Error> {
        let lease = self.lease_unchecked(tenant).await?;
        self.keep(tenant, &lease).await
    }

    /// Backs up a tenant whose maintenance lock is held by the caller.
    pub(crate) async fn back_up_held(&self, tenant: &Tenant) -> Result<Backup, Error> {
        let database = self.stores.open_unmigrated(&tenant.location()).await?;
        let kept = self.keep(tenant, &database).await;
        database.close().await;
        kept
    }

    /// Copies the catalog into the backups folder, and removes the copies that exceed the retention. The copy is a complete
    /// catalog in one file. Returns its path.
    pub(crate) async fn back_up_catalog(&self, keep: Option<Retention>) -> Result<PathBuf, Error> {
        let (backend, archive, now) = (self.clone(), self.archive(), self.now());
        let copy = blocking(move || archive.keep_catalog(now, |file| backend.catalog.copy_to(file))).await?;
        if let Some(keep) = keep {
            self.archive().retain_catalogs(copy.clone(), keep).await?;
        }
        Ok(copy)
    }

    async fn keep(&self, tenant: &Tenant, database: &Database) -> Result<Backup, Error> {
        let (image, summary) = self.image(database).await?;
        self.settings.crash_points.reach(CrashPoint::BackupImaged);
        let (record, location) = (tenant.record(), tenant.location());
        let about = About {
            tenant: tenant.id,
            name: record.name.clone(),
            display_name: record.display_name.clone(),
            key_epoch: record.key_epoch,
            created_at: tenant.created_at,
            storage: location.storage,
            database: location.name.clone(),
            summary: summary.clone(),
            taken_at: self.now(),
        };
        let backup = self.archive().keep(about, image).await?;
        let seen = (summary.schema_version, &*summary.fingerprint, backup.manifest.bytes);
        self.catalog.saw(tenant, seen, self.now()).await?;
        Ok(backup)
    }
}
