//! Copies of a tenant's database: an image of it, and a new database that is made from an image and compared with it.

use std::{sync::Arc, time::Duration};

use domain::Storage;
use storage::{Database, DatabaseLocation, Image, StorageError, Summary};

use crate::{Backend, CrashPoint, Error, fleet::catalog::DatabaseState, fleet::tenants::Tenant};

/// Removes all sessions and codes from an image. A session that ended since the image was made must not work again, and nobody
/// may have a session in a database where they never signed in.
const SIGN_OUT: &str = "DELETE FROM sessions; DELETE FROM hand_offs;";
/// Upper bound on a copy under the maintenance lock. The tenant is closed to all users for that time.
pub(crate) const COPYING: Duration = Duration::from_mins(10);

impl Backend {
    /// Returns the path of a new image, as an `Image` that is still to be written.
    pub(crate) fn new_image(&self) -> Image {
        let name = data_encoding::HEXLOWER.encode(&self.random::<8>());
        Image::at(self.folder.scratch().join(format!("{name}.db")))
    }

    /// Copies a database as it is at this moment. Returns the image and its summary.
    pub(crate) async fn image(&self, database: &Database) -> Result<(Image, Summary), StorageError> {
        let image = self.new_image();
        database.copy_to(image.path()).await?;
        let summary = image.summary().await?;
        Ok((image, summary))
    }

    /// Removes the sessions from an image. Returns the image and its new summary.
    pub(crate) async fn signed_out(&self, image: Image) -> Result<(Arc<Image>, Summary), StorageError> {
        image.change(SIGN_OUT).await?;
        let summary = image.summary().await?;
        Ok((Arc::new(image), summary))
    }

    /// Creates a database of a tenant from an image, and checks that both are equal. The catalog lists it as being created. The
    /// caller must point the tenant at it or delete it.
    pub(crate) async fn create_from_image(
        &self,
        tenant: &Tenant,
        storage: Storage,
        image: &Arc<Image>,
        summary: &Summary,
    ) -> Result<DatabaseLocation, Error> {
        let location = DatabaseLocation::new(storage, tenant.id, &tenant.record().name, self.random());
        self.catalog.note_database(&location, DatabaseState::Making, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::SettleNoted);
        match self.fill(location.clone(), image, summary).await {
            Ok(location) => Ok(location),
            Err(error) => {
                self.delete_or_defer(&location).await;
                Err(error)
            }
        }
    }

    /// Fills a database that the catalog lists, and compares it with the image.
    pub(crate) async fn fill(
        &self,
        location: DatabaseLocation,
        image: &Arc<Image>,
        summary: &Summary,
    ) -> Result<DatabaseLocation, Error> {
        let location = self.stores.fill(location, Arc::clone(image)).await?;
        self.catalog.host_of(&location).await?;
        self.settings.crash_points.reach(CrashPoint::FillWritten);
        let database = self.stores.open_unmigrated(&location).await?;
        let found = Summary::of(&database).await;
        database.close().await;
        if found? != *summary {
            return Err(StorageError::Corrupt("the copy does not hold what its original does".into()).into());
        }
        self.settings.crash_points.reach(CrashPoint::FillCompared);
        Ok(location)
    }
}
