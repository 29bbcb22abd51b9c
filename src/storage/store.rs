//! `Store`: a storage that is set up. There is a fixed set of kinds, and all of them create, open, fill and delete databases.
//! Those that can also list them.

use std::{path::Path, sync::Arc};

use domain::{Storage, Usage};
use jiff::Timestamp;

use super::{
    Database, DatabaseLocation, Image, MigrationSet, Result,
    libsql_server::LibsqlServer,
    local::{self, Files, blocking},
    remote,
    turso::Turso,
};

/// A storage that is set up.
#[derive(Clone)]
pub enum Store {
    /// Files of this process.
    Local(Arc<Files>),
    /// Namespaces of a libsql-server.
    LibsqlServer(Arc<LibsqlServer>),
    /// Databases of Turso Cloud.
    Turso(Arc<Turso>),
}

impl Store {
    /// The kind of storage.
    pub fn kind(&self) -> Storage {
        match self {
            Self::Local(_) => Storage::Local,
            Self::LibsqlServer(_) => Storage::LibsqlServer,
            Self::Turso(_) => Storage::Turso,
        }
    }

    /// Creates a database. A file has the newest schema at once. A database on a server is empty until it is opened. An
    /// existing database is kept. Returns the location, with the host if the storage assigned one.
    pub async fn create(&self, location: DatabaseLocation) -> Result<DatabaseLocation> {
        match self {
            Self::Local(files) => {
                let files = Arc::clone(files);
                blocking(move || files.create(&location).map(|()| location)).await
            }
            Self::LibsqlServer(server) => server.create(&location).await.map(|()| location),
            Self::Turso(turso) => turso.create(location).await,
        }
    }

    /// Creates a database from an image, where none exists. Returns the location, with the host if the storage assigned one.
    pub async fn fill(&self, location: DatabaseLocation, image: Arc<Image>) -> Result<DatabaseLocation> {
        if let Self::Local(files) = self {
            let files = Arc::clone(files);
            return blocking(move || files.fill(&location, &image).map(|()| location)).await;
        }
        let location = self.create(location).await?;
        remote::fill(&self.elsewhere(&location)?, image).await?;
        Ok(location)
    }

    /// Opens a database and migrates it to the newest schema of `migrations`.
    pub async fn open_database(
        &self,
        location: &DatabaseLocation,
        migrations: MigrationSet,
        now: Timestamp,
    ) -> Result<Database> {
        if let Self::Local(files) = self {
            let (files, location) = (Arc::clone(files), location.clone());
            return blocking(move || files.open_database(&location, migrations, now)).await.map(Database::Local);
        }
        remote::open(self.elsewhere(location)?, migrations, now).await.map(Database::Remote)
    }

    /// Opens a database without migrating it, to look at all of it.
    pub async fn open_unmigrated(&self, location: &DatabaseLocation) -> Result<Database> {
        if let Self::Local(files) = self {
            let path = files.path(location);
            return blocking(move || local::Database::open_as_it_is(&path)).await.map(Database::Local);
        }
        self.elsewhere(location).map(Database::Remote)
    }

    /// Copies a database that no one has open, when there is no room to open it.
    pub async fn copy_closed(&self, location: &DatabaseLocation, file: &Path) -> Result<()> {
        let Self::Local(files) = self else { return self.open_unmigrated(location).await?.copy_to(file).await };
        let (from, to) = (files.path(location), file.to_owned());
        blocking(move || local::copy_closed_database(&from, &to)).await
    }

    /// Size of a database as the storage reports it, and its row counts if the storage has them.
    pub async fn usage(&self, location: &DatabaseLocation) -> Result<Usage> {
        match self {
            Self::Local(files) => {
                let (files, location) = (Arc::clone(files), location.clone());
                blocking(move || files.usage(&location)).await
            }
            Self::LibsqlServer(server) => server.usage(&location.name).await,
            Self::Turso(turso) => turso.usage(&location.name).await,
        }
    }

    /// Asks the storage whether a database that should exist is missing or blocked.
    pub async fn examine(&self, location: &DatabaseLocation) -> Result<()> {
        match self {
            Self::Local(_) => Ok(()), // opening a file reports all errors
            Self::LibsqlServer(server) => server.examine(&location.name).await,
            Self::Turso(turso) => turso.examine(&location.name).await,
        }
    }

    /// Removes a database. A missing one is not an error.
    pub async fn delete(&self, location: &DatabaseLocation) -> Result<()> {
        match self {
            Self::Local(files) => {
                let (files, location) = (Arc::clone(files), location.clone());
                blocking(move || files.delete(&location)).await
            }
            Self::LibsqlServer(server) => server.delete(&location.name).await,
            Self::Turso(turso) => turso.delete(&location.name).await,
        }
    }

    /// Names of all databases. `None` means that the storage cannot list them.
    pub async fn list(&self) -> Result<Option<Vec<String>>> {
        match self {
            Self::Local(files) => {
                let files = Arc::clone(files);
                blocking(move || files.list().map(Some)).await
            }
            Self::LibsqlServer(_) => Ok(None),
            Self::Turso(turso) => turso.list().await.map(Some),
        }
    }

    /// Whether all databases in the list belong to Freehold. A group at Turso may also hold databases of others.
    pub fn owns_all(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// Removes a database that the catalog does not know. A file is moved into another folder instead.
    pub async fn take_away(&self, name: String) -> Result<()> {
        match self {
            Self::Local(files) => {
                let files = Arc::clone(files);
                blocking(move || files.put_aside(&name)).await
            }
            Self::LibsqlServer(server) => server.delete(&name).await,
            Self::Turso(turso) => turso.delete(&name).await,
        }
    }

    fn elsewhere(&self, location: &DatabaseLocation) -> Result<super::hrana::Database> {
        match self {
            Self::Local(_) => Err(super::StorageError::Unusable("a file is not elsewhere".into())),
            Self::LibsqlServer(server) => server.database(location),
            Self::Turso(turso) => turso.database(location),
        }
    }
}
