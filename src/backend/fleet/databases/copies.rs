//! Copies of a tenant's database: an image of it, and a new database made of an image and compared with it.

use std::{sync::Arc, time::Duration};

use domain::Storage;
use storage::{Database, DatabaseLocation, Image, StorageError, Summary};

use crate::{Backend, CrashPoint, Error, fleet::catalog::DatabaseState, fleet::tenants::Tenant};

/// A session that was ended since must not live again, and nobody is signed in where they never signed in.
const SIGN_OUT: &str = "DELETE FROM sessions; DELETE FROM hand_offs;";
/// How long a copy may take: a held tenant is closed to everyone for so long.
pub(crate) const COPYING: Duration = Duration::from_mins(10);

impl Backend {
    /// An image that is about to be made.
    pub(crate) fn new_image(&self) -> Image {
        let name = data_encoding::HEXLOWER.encode(&self.random::<8>());
        Image::at(self.folder.scratch().join(format!("{name}.db")))
    }

    /// All of a database, as it is at this moment, and what it holds.
    pub(crate) async fn image(&self, database: &Database) -> Result<(Image, Summary), StorageError> {
        let image = self.new_image();
        database.copy_to(image.path()).await?;
        let summary = image.summary().await?;
        Ok((image, summary))
    }

    /// An image without the sessions that it was made with, and what it holds then.
    pub(crate) async fn signed_out(&self, image: Image) -> Result<(Arc<Image>, Summary), StorageError> {
        image.change(SIGN_OUT).await?;
        let summary = image.summary().await?;
        Ok((Arc::new(image), summary))
    }

    /// A new database of a tenant, made of an image and equal to it. It is noted as being made: whoever asked points the
    /// tenant at it, or removes it.
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

    /// Fills a database that the catalog knows, and compares it with the image that it was made of.
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
