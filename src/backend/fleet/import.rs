//! Making a tenant of a file that was downloaded or exported.

use std::{path::Path, sync::Arc};

use domain::{TenantId, TenantName, TenantState};

use crate::{
    Backend, Error,
    error::chain,
    storage::{
        Image, Place, Summary, TENANT,
        local::{blocking, copy_database},
    },
    tenant::Tenant,
};

/// Nobody is signed in where they never signed in.
const SIGN_OUT: &str = "DELETE FROM sessions; DELETE FROM hand_offs;";

impl Backend {
    /// Makes a tenant of a file. A task of its own: whoever asked may leave.
    pub(crate) async fn import(&self, name: TenantName, file: &Path) -> Result<(), Error> {
        self.name_is_free(&name)?;
        let (image, summary) = self.imported(file).await?;
        let id = TenantId::new(self.millis(), &self.random());
        let place = Place::first(self.settings.storage, id, &name);
        let tenant = Arc::new(Tenant::new(place, name, self.now()));
        let backend = self.clone();
        let making = tokio::spawn(async move { backend.import_image(&tenant, &image, &summary).await });
        making.await.map_err(|error| Error::Internal(error.into()))?
    }

    async fn import_image(&self, tenant: &Arc<Tenant>, image: &Arc<Image>, summary: &Summary) -> Result<(), Error> {
        self.catalog.insert(tenant, self.now()).await?;
        let filled = match self.fill((*tenant.place()).clone(), image, summary).await {
            Ok(place) => self.found_at(tenant, place).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        if let Err(error) = filled {
            self.unmake(tenant).await;
            return Err(error);
        }
        Ok(self.catalog.enter(tenant, TenantState::Active, self.now()).await?)
    }

    /// A copy of the file, if it is a sound database of ours with an owner in it.
    async fn imported(&self, file: &Path) -> Result<(Arc<Image>, Summary), Error> {
        let refused = |why: String| Error::Refused(format!("{} cannot be imported: {why}", file.display()));
        if !file.is_file() {
            return Err(refused("there is no such file".into()));
        }
        let image = Image::at(self.scratch("db"));
        let (from, to) = (file.to_owned(), image.path().to_owned());
        let copied = blocking(move || copy_database(&from, &to)).await;
        copied.map_err(|error| refused(chain(&error)))?;
        image.check().await.map_err(|error| refused(chain(&error)))?;
        let summary = image.summary().await.map_err(|error| refused(chain(&error)))?;
        if summary.schema_version > TENANT.version() {
            return Err(refused("a newer Freehold wrote it".into()));
        }
        if summary.schema_version == TENANT.version() && summary.fingerprint != self.stores.expected().fingerprint {
            return Err(refused("its tables are not those of a workspace".into()));
        }
        image.change(SIGN_OUT).await?;
        let summary = image.summary().await?;
        Ok((Arc::new(image), summary))
    }
}
