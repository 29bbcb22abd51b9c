//! Restores a tenant from a backup. The backup goes into a new database and is compared with it, and only then is the tenant
//! pointed at that database. The old database is kept for an undo. A deleted tenant comes back under its old id. All users must
//! sign in again, because a session that ended since the backup must not work again.

use std::{path::Path, sync::Arc};

use domain::{TenantName, TenantState};
use storage::{DatabaseLocation, Image, StorageError, Summary, local::blocking};

use crate::{Backend, CrashPoint, Error, fleet::backup::Manifest, fleet::tenants::Tenant, schema::TENANT};

/// A backup that is unpacked and checked.
pub(crate) struct Unpacked {
    pub(crate) manifest: Manifest,
    pub(crate) image: Arc<Image>,
    pub(crate) summary: Summary,
}

impl Backend {
    /// Restores a tenant from this backup, or from its latest one. It runs as a task of its own, so it continues when the
    /// caller goes away.
    pub(crate) async fn restore(&self, name: TenantName, from: Option<&Path>) -> Result<Arc<Tenant>, Error> {
        let unpacked = self.unpack(&name, from).await?;
        self.settings.crash_points.reach(CrashPoint::RestoreUnpacked);
        let backend = self.clone();
        let restoring = tokio::spawn(async move { backend.restore_unpacked(&name, unpacked).await });
        restoring.await.map_err(|error| Error::Internal(error.into()))?
    }

    async fn restore_unpacked(&self, name: &TenantName, unpacked: Unpacked) -> Result<Arc<Tenant>, Error> {
        match self.catalog.by_name(name) {
            Some(tenant) if tenant.id == unpacked.manifest.about.tenant => {
                self.replace(&tenant, &unpacked).await?;
                Ok(tenant)
            }
            Some(_) => Err(Error::Refused(format!("The backup is of another workspace that was called {name}."))),
            None if unpacked.manifest.about.name != *name => Err(other(&unpacked.manifest.about.name)),
            None => self.bring_back(unpacked).await,
        }
    }

    /// Replaces the database of an existing tenant by a backup.
    async fn replace(&self, tenant: &Arc<Tenant>, unpacked: &Unpacked) -> Result<(), Error> {
        let storage = tenant.location().storage;
        let location = self.create_from_image(tenant, storage, &unpacked.image, &unpacked.summary).await?;
        let switched = match self.hold(tenant).await {
            Ok(_hold) => self.point_at(tenant, &location).await,
            Err(error) => Err(error),
        };
        if switched.is_err() {
            self.delete_or_defer(&location).await;
        }
        switched
    }

    /// Creates a deleted tenant again, under its old id and name.
    async fn bring_back(&self, unpacked: Unpacked) -> Result<Arc<Tenant>, Error> {
        let about = unpacked.manifest.about;
        if self.catalog.by_id(about.tenant).is_some() {
            return Err(Error::Refused("The workspace has another name by now.".into()));
        }
        let location =
            DatabaseLocation::new(self.stores.or_files(about.storage), about.tenant, &about.name, self.random());
        let known = (about.display_name, about.key_epoch);
        let tenant = Arc::new(Tenant::again(location.clone(), about.name, known, about.created_at, self.now()));
        self.catalog.insert(&tenant, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::RestoreNoted);
        if let Err(error) = self.bring_in(&tenant, location, (&unpacked.image, &unpacked.summary)).await {
            self.rollback_create(&tenant).await;
            return Err(error);
        }
        Ok(tenant)
    }

    async fn bring_in(
        &self,
        tenant: &Tenant,
        location: DatabaseLocation,
        (image, summary): (&Arc<Image>, &Summary),
    ) -> Result<(), Error> {
        let location = self.fill(location, image, summary).await?;
        tenant.move_to(location);
        self.catalog.enter(tenant, TenantState::Active, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::RestoreDone);
        Ok(())
    }

    /// Unpacks a backup and checks all of it: checksums, pages, rows and schema.
    pub(crate) async fn unpack(&self, name: &TenantName, from: Option<&Path>) -> Result<Unpacked, Error> {
        let archive = self.archive();
        let backup = match from {
            Some(file) => archive.open(file.to_owned()).await?,
            None => archive.latest(name).await?,
        };
        if !archive.is_own(&backup) {
            return Err(foreign(&backup.file));
        }
        let image = self.new_image();
        archive.unpack(&backup, image.path()).await?;
        image.check().await.map_err(|error| match error {
            StorageError::Corrupt(what) => damaged(&backup.file, &what),
            error => error.into(),
        })?;
        let summary = image.summary().await?;
        if summary != backup.manifest.about.summary {
            return Err(damaged(&backup.file, "it does not hold what its manifest says"));
        }
        if summary.schema_version > TENANT.version() {
            let (found, known) = (summary.schema_version, TENANT.version());
            return Err(StorageError::Newer { found, known }.into());
        }
        let version = summary.schema_version;
        if summary.fingerprint != blocking(move || TENANT.fingerprint(version)).await? {
            return Err(damaged(&backup.file, "its tables are not those of a workspace"));
        }
        let (image, summary) = self.signed_out(image).await?;
        Ok(Unpacked { manifest: backup.manifest, image, summary })
    }
}

/// The error for a backup of unknown origin. Its passwords, sessions and schema are not this Freehold's.
fn foreign(file: &Path) -> Error {
    let file = file.display();
    Error::Refused(format!(
        "{file} was not made by this Freehold, or was changed since. `freehold import NAME {file}` takes its people and \
         history into a new workspace, without passwords. A backup of this Freehold from before backups were sealed is \
         restored from the folder of backups: put it back there."
    ))
}

fn damaged(file: &Path, what: &str) -> Error {
    let file = file.display();
    Error::Refused(format!("The backup {file} is damaged: {what}. `freehold backups` lists the others."))
}

/// The error for a backup of another name. A deleted tenant comes back under its own name.
fn other(name: &TenantName) -> Error {
    Error::Refused(format!("The backup is of {name}: `freehold restore {name} --from …` brings that back."))
}
