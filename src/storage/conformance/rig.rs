//! `Rig`: an empty storage for one test. It creates databases under unique names, opens them, lists the databases that are
//! left, counts requests, and removes its databases when the test ends.

use std::{
    collections::BTreeSet,
    panic::resume_unwind,
    sync::{Arc, Mutex},
};

use domain::TenantId;
use jiff::Timestamp;
use tempfile::TempDir;

use super::kind::{Behind, DEADLINE, Kind, host};
use crate::{
    Ambient, Clock, Database, DatabaseLocation, Image, MigrationListener, Random, Result, Schema, StorageError,
    StorageSettings, Store, Stores, sample::TENANT,
};

/// A storage for one test.
pub(super) struct Rig {
    pub(super) kind: Kind,
    pub(super) stores: Stores,
    made: Mutex<Vec<DatabaseLocation>>,
    behind: Behind,
    folder: TempDir,
}

impl Rig {
    /// Runs a test on a new `Rig`. Removes its databases afterwards, even if the test failed.
    pub(super) async fn with<T>(kind: Kind, test: impl FnOnce(Arc<Self>) -> T)
    where
        T: Future<Output = ()> + Send + 'static,
    {
        let rig = Arc::new(Self::start(kind).await);
        let done = tokio::spawn(test(Arc::clone(&rig))).await;
        let made = rig.made.lock().unwrap().clone();
        for location in made {
            rig.stores.delete(&location).await.unwrap();
        }
        if let Err(failed) = done {
            resume_unwind(failed.into_panic());
        }
    }

    async fn start(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (libsql_server, turso, behind) = kind.set_up().await;
        let settings = StorageSettings { default: kind.storage(), libsql_server, turso, deadline: DEADLINE };
        let schema = Schema { migrations: TENANT, listener: MigrationListener::default() };
        let (clock, random): (Arc<dyn Clock>, Arc<dyn Random>) = (Arc::new(Ambient), Arc::new(Ambient));
        let stores = Stores::open(folder.path(), &settings, schema, &clock, &random).unwrap();
        Self { kind, stores, made: Mutex::default(), behind, folder }
    }

    /// The store under test.
    pub(super) fn store(&self) -> &Store {
        self.stores.of(self.kind.storage()).unwrap()
    }

    /// A new location. It has no database yet.
    pub(super) fn location(&self) -> DatabaseLocation {
        let mut random = [0; 10];
        Ambient.fill(&mut random);
        DatabaseLocation::first(self.kind.storage(), TenantId::new(1, &random), &"conformance".parse().unwrap())
    }

    /// Creates an empty database and returns its location.
    pub(super) async fn make(&self) -> DatabaseLocation {
        self.remember(self.stores.create(self.location()).await.unwrap())
    }

    /// Creates a database from an image and returns its location.
    pub(super) async fn fill(&self, image: Arc<Image>) -> DatabaseLocation {
        let location = self.location();
        self.remember(location.clone()); // so that it is removed even if `fill` fails half-way
        self.remember(self.stores.fill(location, image).await.unwrap())
    }

    /// Creates an empty database and opens it.
    pub(super) async fn database(&self) -> Database {
        self.open(&self.make().await).await.unwrap()
    }

    pub(super) async fn open(&self, location: &DatabaseLocation) -> Result<Database> {
        self.stores.open_database(location, Timestamp::UNIX_EPOCH).await
    }

    /// An image at a new path. The file does not exist yet.
    pub(super) fn image(&self) -> Image {
        Image::at(self.folder.path().join(format!("{}.db", self.location().name)))
    }

    /// Names of the databases that exist. Looks into the folder or asks the double, and does not use the storage's own list. On
    /// a real server it examines each database of this rig.
    pub(super) async fn left(&self) -> BTreeSet<String> {
        match &self.behind {
            Behind::Nothing => files(&self.folder),
            Behind::Double(double) => double.databases().keys().into_iter().collect(),
            Behind::DoubleOfTurso(double, api) => {
                assert_eq!(api.names().iter().map(|name| host(name)).collect::<Vec<_>>(), double.databases().keys());
                api.names().into_iter().collect()
            }
            Behind::Real => self.left_of_ours().await,
        }
    }

    /// Number of requests made for a database. `None` means that this kind of storage does not count them.
    pub(super) fn requests(&self, location: &DatabaseLocation) -> Option<u64> {
        match &self.behind {
            Behind::Double(double) => Some(double.databases().requests(&location.name)),
            Behind::DoubleOfTurso(double, _) => Some(double.databases().requests(&host(&location.name))),
            Behind::Nothing | Behind::Real => None,
        }
    }

    async fn left_of_ours(&self) -> BTreeSet<String> {
        let mut left = BTreeSet::new();
        let made = self.made.lock().unwrap().clone();
        for location in made {
            match self.store().examine(&location).await {
                Err(StorageError::Missing) => false,
                found => found.map(|()| left.insert(location.name)).unwrap(),
            };
        }
        left
    }

    fn remember(&self, location: DatabaseLocation) -> DatabaseLocation {
        self.made.lock().unwrap().push(location.clone());
        location
    }
}

/// Names of the databases that have a file.
fn files(data: &TempDir) -> BTreeSet<String> {
    let files = |folder: std::path::PathBuf| std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let all = files(data.path().join("tenants")).flat_map(files);
    all.map(|file| file.file_name().unwrap().to_str().unwrap().split('.').next().unwrap().to_owned()).collect()
}
