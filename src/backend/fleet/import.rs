//! Making a tenant of a file that was downloaded or exported.

use std::{path::Path, sync::Arc};

use domain::{Admission, TenantId, TenantName, TenantState};

use crate::{
    Backend, Error, People, Step, Visitor,
    error::chain,
    storage::{
        Image, Place, Summary, TENANT,
        local::{blocking, copy_database},
    },
    tenant::Tenant,
};

impl Backend {
    /// Makes a tenant of a file. A task of its own: whoever asked may leave. Its first owner comes with a one-time password.
    pub(crate) async fn import(&self, name: TenantName, file: &Path) -> Result<Admission, Error> {
        self.name_is_free(&name)?;
        let (image, summary) = self.imported(file).await?;
        self.settings.steps.reach(Step::ImportRead);
        let id = TenantId::new(self.millis(), &self.random());
        let place = Place::first(self.settings.storage, id, &name);
        let tenant = Arc::new(Tenant::new(place, name, self.now()));
        let backend = self.clone();
        let making = tokio::spawn(async move { backend.import_image(&tenant, &image, &summary).await });
        making.await.map_err(|error| Error::Internal(error.into()))?
    }

    async fn import_image(
        &self,
        tenant: &Arc<Tenant>,
        image: &Arc<Image>,
        summary: &Summary,
    ) -> Result<Admission, Error> {
        self.catalog.insert(tenant, self.now()).await?;
        self.settings.steps.reach(Step::ImportNoted);
        let imported = self.furnish_with(tenant, image, summary).await;
        if imported.is_err() {
            self.unmake(tenant).await;
        }
        imported
    }

    /// Gives a tenant that the catalog knows a database of an image, and its owner a way in, before it is active: a crash
    /// leaves no tenant that nobody can enter.
    async fn furnish_with(
        &self,
        tenant: &Arc<Tenant>,
        image: &Arc<Image>,
        summary: &Summary,
    ) -> Result<Admission, Error> {
        let place = self.fill((*tenant.place()).clone(), image, summary).await?;
        tenant.move_to(place);
        let (visitor, lease) = (Visitor::new(self.clone(), Arc::clone(tenant)), self.lease_unasked(tenant).await?);
        let people = People::new(&visitor, &lease, None);
        let admission = people.reset_password(people.an_owner().await?.id).await?;
        self.settings.steps.reach(Step::ImportOwned);
        self.catalog.enter(tenant, TenantState::Active, self.now()).await?;
        self.settings.steps.reach(Step::ImportDone);
        Ok(admission)
    }

    /// A copy of the file, if it is a sound database of ours with an owner in it.
    async fn imported(&self, file: &Path) -> Result<(Arc<Image>, Summary), Error> {
        let refused = |why: String| Error::Refused(format!("{} cannot be imported: {why}", file.display()));
        if !file.is_file() {
            return Err(refused("there is no such file".into()));
        }
        let image = self.new_image();
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
        Ok(self.signed_out(image).await?)
    }
}
