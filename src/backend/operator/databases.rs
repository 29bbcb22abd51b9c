//! The operator's operations on whole tenants and databases.

use std::{path::Path, sync::Arc};

use domain::{BackupView, DisplayName, Storage, TenantName};

use crate::{Error, Operation, Operator, Outcome, Retention, fleet::tenants::Tenant};

impl Operator {
    /// Runs an operation that concerns whole databases.
    pub(crate) async fn keep_the_fleet(&self, operation: Operation) -> Result<Outcome, Error> {
        match operation {
            Operation::TenantUsage(name) => {
                let location = self.tenant(&name)?.location();
                Ok(Outcome::Usage(self.0.stores.of(location.storage)?.usage(&location).await?))
            }
            Operation::BackupCatalog(keep) => self.0.back_up_catalog(keep).await.map(Outcome::Catalog),
            Operation::TenantDelete { name, backup } => self.delete(&name, backup).await,
            Operation::TenantMove(name, storage) => self.move_to(&name, storage).await,
            Operation::TenantUndo(name) => {
                self.0.undo(&self.tenant(&name)?).await?;
                self.note("undo", &name, None).await;
                self.tenant_show(&name)
            }
            Operation::TenantForgetCopies(name) => {
                let gone = self.0.forget_copies(&self.tenant(&name)?).await?;
                self.note("forget copies", &name, Some(gone.to_string())).await;
                Ok(Outcome::Removed(gone))
            }
            Operation::Backup(name, retention) => self.back_up(&name, retention).await.map(Outcome::Backup),
            Operation::BackupList(name) => self.backups(name.as_ref()).await.map(Outcome::Backups),
            Operation::BackupDrill(file) => self.0.drill(file.as_deref()).await.map(Outcome::Backup),
            Operation::Restore(name, from) => {
                self.0.restore(name.clone(), from.as_deref()).await?;
                self.note("restore", &name, from.map(|file| file.display().to_string())).await;
                self.tenant_show(&name)
            }
            Operation::Export(name, file) => self.export(&name, &file).await,
            Operation::Import(name, file, display_name) => self.import(name, &file, display_name).await,
            Operation::DoctorStorages { fix } => self.0.examine_storages(fix).await.map(Outcome::Findings),
            Operation::DoctorTenant { name, deep } => {
                Ok(Outcome::Findings(self.0.examine(&self.tenant(&name)?, deep).await))
            }
            _ => Err(Error::Refused("This is no operation on a tenant as a whole.".into())),
        }
    }

    async fn delete(&self, name: &TenantName, backup: bool) -> Result<Outcome, Error> {
        let kept = self.0.delete(self.tenant(name)?, backup).await?;
        self.note("delete", name, kept.as_ref().map(|file| file.display().to_string())).await;
        Ok(Outcome::Deleted(kept))
    }

    async fn move_to(&self, name: &TenantName, storage: Storage) -> Result<Outcome, Error> {
        self.0.move_to(self.tenant(name)?, storage).await?;
        self.note("move", name, Some(storage.to_string())).await;
        self.tenant_show(name)
    }

    /// Backs up one tenant.
    pub async fn back_up(&self, name: &TenantName, retention: Option<Retention>) -> Result<BackupView, Error> {
        let tenant = self.tenant(name)?;
        let backup = self.0.back_up(&tenant).await?;
        if let Some(retention) = retention {
            self.0.archive().retain(&backup, retention).await?;
        }
        Ok(backup.view())
    }

    async fn backups(&self, name: Option<&TenantName>) -> Result<Vec<BackupView>, Error> {
        let all = self.0.archive().all().await?;
        let wanted = all.iter().filter(|backup| name.is_none_or(|name| *name == backup.manifest.about.name));
        Ok(wanted.map(crate::fleet::backup::Backup::view).collect())
    }

    async fn import(&self, name: TenantName, file: &Path, display_name: Option<DisplayName>) -> Result<Outcome, Error> {
        let admission = self.0.import(name.clone(), file, display_name).await?;
        self.note("import", &name, Some(file.display().to_string())).await;
        let tenant = self.tenant(&name)?.view(self.0.base_url());
        let (user, one_time_password) = (admission.user, admission.one_time_password);
        Ok(Outcome::Created { tenant, user, one_time_password })
    }

    pub(crate) fn tenant(&self, name: &TenantName) -> Result<Arc<Tenant>, Error> {
        self.0.catalog.by_name(name).ok_or(Error::UnknownTenant)
    }
}
