//! The store of database files: `tenants/<last 2 of id>/<database>.db`. A new tenant's database is a copy of a template that
//! was migrated once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{TenantId, Usage};
use jiff::Timestamp;

use super::{Connection, Database};
use crate::{
    DatabaseLocation, Image, MigrationSet, Result, Schema, StorageError, Summary,
    files::{copy_whole, databases_in, make_folder_of, move_database, remove_database},
};

/// Name of the folder for databases that the catalog does not know. It is beside the folder of the databases.
const ORPHANS: &str = "orphans";

/// A folder of database files.
pub struct Files {
    folder: PathBuf,
    template: PathBuf,
    schema: Schema,
}

impl Files {
    /// Opens the store in a data folder. Its template is created again, so that it always has this program's schema. Blocking.
    pub fn open(data: &Path, schema: Schema, now: Timestamp) -> Result<Self> {
        let (folder, template) = (data.join("tenants"), data.join("template.db"));
        fs::create_dir_all(&folder)?;
        remove_database(&template)?;
        Database::create(&template, schema.migrations, now)?;
        Ok(Self { folder, template, schema })
    }

    /// Summary of the template. Blocking.
    pub fn template_summary(&self) -> Result<Summary> {
        Summary::of_file(&self.template)
    }

    /// Creates a database with the newest schema and without users. An existing one is kept. Blocking.
    pub fn create(&self, location: &DatabaseLocation) -> Result<()> {
        self.put(location, &self.template)
    }

    /// Creates a database from an image. Blocking.
    pub fn fill(&self, location: &DatabaseLocation, image: &Image) -> Result<()> {
        self.put(location, image.path())?;
        Connection::writer(&self.path(location))?.batch("PRAGMA journal_mode = WAL") // an image has no log
    }

    fn put(&self, location: &DatabaseLocation, file: &Path) -> Result<()> {
        let path = self.path(location);
        if path.is_file() {
            return Ok(());
        }
        make_folder_of(&path)?;
        Ok(copy_whole(file, &path)?)
    }

    /// Opens a database and migrates it to the newest schema of `migrations`. Blocking.
    pub fn open_database(
        &self,
        location: &DatabaseLocation,
        migrations: MigrationSet,
        now: Timestamp,
    ) -> Result<Database> {
        Database::open_and_tell(&self.path(location), migrations, now, &self.schema.listener)
    }

    /// Removes a database. A missing one is not an error. Blocking.
    pub fn delete(&self, location: &DatabaseLocation) -> Result<()> {
        remove_database(&self.path(location))
    }

    /// Size of a database on the disk, and of its log. Blocking.
    pub fn usage(&self, location: &DatabaseLocation) -> Result<Usage> {
        let path = self.path(location);
        let log = path.with_extension("db-wal").metadata().map_or(0, |log| log.len());
        Ok(Usage { bytes: fs::metadata(&path)?.len(), log_bytes: Some(log), rows_read: None, rows_written: None })
    }

    /// The names of all databases that have a file here. Blocking.
    pub fn list(&self) -> Result<Vec<String>> {
        let name = |path: &PathBuf| path.file_stem().map(|name| name.to_string_lossy().into_owned());
        Ok(databases_in(&self.folder)?.iter().filter_map(name).collect())
    }

    /// Moves all files of a database that the catalog does not know into the folder for orphans. A user may still want them.
    /// Blocking.
    pub fn put_aside(&self, name: &str) -> Result<()> {
        let orphans = self.folder.with_file_name(ORPHANS);
        let strays = databases_in(&self.folder)?;
        let mut strays = strays.iter().filter(|path| path.file_stem().is_some_and(|stem| stem == name));
        strays.try_for_each(|path| move_database(path, &orphans).map(drop))
    }

    /// Path of a database's file.
    pub fn path(&self, location: &DatabaseLocation) -> PathBuf {
        self.folder.join(shelf(location.tenant)).join(format!("{}.db", location.name))
    }
}

/// The subfolder of a tenant: the last two characters of its id, so that no folder grows too large.
fn shelf(tenant: TenantId) -> String {
    let id = tenant.to_string();
    id[id.len() - 2..].to_owned()
}

/// Runs file work on a blocking thread and returns its result.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(StorageError::thread)?
}
