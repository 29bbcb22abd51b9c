//! The store of files: `tenants/<last 2 of id>/<database>.db`. A new tenant's is a copy of a template, migrated once.

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

/// The folder beside that of the databases, for those that the catalog does not know.
const ORPHANS: &str = "orphans";

/// A folder of database files.
pub struct Files {
    folder: PathBuf,
    template: PathBuf,
    schema: Schema,
}

impl Files {
    /// The store in a data folder; its template is made anew, so that it is always of this program's schema. Blocking.
    pub fn open(data: &Path, schema: Schema, now: Timestamp) -> Result<Self> {
        let (folder, template) = (data.join("tenants"), data.join("template.db"));
        fs::create_dir_all(&folder)?;
        remove_database(&template)?;
        Database::create(&template, schema.migrations, now)?;
        Ok(Self { folder, template, schema })
    }

    /// What the template holds. Blocking.
    pub fn template_summary(&self) -> Result<Summary> {
        Summary::of_file(&self.template)
    }

    /// Makes a database of the newest schema, with nobody in it; one that is there stays. Blocking.
    pub fn create(&self, location: &DatabaseLocation) -> Result<()> {
        self.put(location, &self.template)
    }

    /// Makes a database of an image. Blocking.
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

    /// Opens a database and brings it to the newest schema of a set of migrations. Blocking.
    pub fn open_database(
        &self,
        location: &DatabaseLocation,
        migrations: MigrationSet,
        now: Timestamp,
    ) -> Result<Database> {
        Database::open_and_tell(&self.path(location), migrations, now, &self.schema.listener)
    }

    /// Removes a database; none there is fine. Blocking.
    pub fn delete(&self, location: &DatabaseLocation) -> Result<()> {
        remove_database(&self.path(location))
    }

    /// What a database takes on the disk, its log with it. Blocking.
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

    /// Moves every file of a database that the catalog does not know out of the way, by its name: somebody may want it.
    /// Blocking.
    pub fn put_aside(&self, name: &str) -> Result<()> {
        let orphans = self.folder.with_file_name(ORPHANS);
        let strays = databases_in(&self.folder)?;
        let mut strays = strays.iter().filter(|path| path.file_stem().is_some_and(|stem| stem == name));
        strays.try_for_each(|path| move_database(path, &orphans).map(drop))
    }

    /// The file of a database.
    pub fn path(&self, location: &DatabaseLocation) -> PathBuf {
        self.folder.join(shelf(location.tenant)).join(format!("{}.db", location.name))
    }
}

/// The last two characters of a tenant's id, so that no folder grows too large.
fn shelf(tenant: TenantId) -> String {
    let id = tenant.to_string();
    id[id.len() - 2..].to_owned()
}

/// What a thread that does file work gives back.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(StorageError::thread)?
}
