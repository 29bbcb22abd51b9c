//! The storages that databases may be kept on: a closed set, one of them for new tenants. What each can do, and nothing that
//! only one can: make, open, fill and delete a database, and tell which there are.

use std::{path::Path, sync::Arc};

use domain::Storage;
use jiff::Timestamp;

use super::{
    Database, Image, Place, Result, StorageError, Summary,
    local::{self, Files, blocking},
};

/// All storages of this Freehold.
#[derive(Clone)]
pub(crate) struct Stores {
    local: Arc<Files>,
    expected: Arc<Summary>,
}

impl Stores {
    /// Those that the settings name. Blocking.
    pub(crate) fn open(data: &Path, now: Timestamp) -> Result<Self> {
        let local = Files::open(data, now)?;
        Ok(Self { expected: Arc::new(local.template_summary()?), local: Arc::new(local) })
    }

    /// What a database of the newest schema holds before anybody is in it.
    pub(crate) fn expected(&self) -> &Summary {
        &self.expected
    }

    /// Makes a database of the newest schema, or one that gets it when it is opened; one that is there stays. The place
    /// comes back with what the storage says of it.
    pub(crate) async fn create(&self, place: Place) -> Result<Place> {
        match place.storage {
            Storage::Local => {
                let files = Arc::clone(&self.local);
                blocking(move || files.create(&place).map(|()| place)).await
            }
            other => Err(unset(other)),
        }
    }

    /// Makes a database of an image. The place comes back with what the storage says of it.
    pub(crate) async fn fill(&self, place: Place, image: Arc<Image>) -> Result<Place> {
        match place.storage {
            Storage::Local => {
                let files = Arc::clone(&self.local);
                blocking(move || files.fill(&place, &image).map(|()| place)).await
            }
            other => Err(unset(other)),
        }
    }

    /// Opens a database and brings it to the newest schema.
    pub(crate) async fn open_database(&self, place: &Place, now: Timestamp) -> Result<Database> {
        match place.storage {
            Storage::Local => {
                let (files, place) = (Arc::clone(&self.local), place.clone());
                blocking(move || files.open_database(&place, now)).await.map(Database::Local)
            }
            other => Err(unset(other)),
        }
    }

    /// Opens a database as it is, to look at all of it.
    pub(crate) async fn look(&self, place: &Place) -> Result<Database> {
        match place.storage {
            Storage::Local => {
                let path = self.local.path(place);
                blocking(move || local::Database::open_as_it_is(&path)).await.map(Database::Local)
            }
            other => Err(unset(other)),
        }
    }

    /// Removes a database; none there is fine.
    pub(crate) async fn delete(&self, place: &Place) -> Result<()> {
        match place.storage {
            Storage::Local => {
                let (files, place) = (Arc::clone(&self.local), place.clone());
                blocking(move || files.delete(&place)).await
            }
            other => Err(unset(other)),
        }
    }

    /// The names of all databases on a storage; none where it cannot list them.
    pub(crate) async fn list(&self, storage: Storage) -> Result<Option<Vec<String>>> {
        match storage {
            Storage::Local => {
                let files = Arc::clone(&self.local);
                blocking(move || files.list().map(Some)).await
            }
            Storage::LibsqlServer | Storage::Turso => Ok(None),
        }
    }

    /// Removes what a storage has under a name that the catalog does not know.
    pub(crate) async fn delete_stray(&self, storage: Storage, name: String) -> Result<()> {
        match storage {
            Storage::Local => {
                let files = Arc::clone(&self.local);
                blocking(move || files.delete_stray(&name)).await
            }
            other => Err(unset(other)),
        }
    }

    /// Whether a storage is set up.
    pub(crate) fn is_set_up(&self, storage: Storage) -> Result<()> {
        match storage {
            Storage::Local => Ok(()),
            other => Err(unset(other)),
        }
    }
}

fn unset(storage: Storage) -> StorageError {
    StorageError::Unusable(format!("{storage} is not set up: see `freehold serve --help`"))
}
