//! The databases of a server. Each has a folder with its libSQL file and its configuration. They stay when the server stops.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use bytesize::ByteSize;

use crate::{config::Config, connection::Connection};

/// Locks, even if another thread panicked with the lock.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is stored of a database beside its file: its key, its configuration and its largest size in bytes. The configuration
/// has that size only as a rounded number.
type Kept = (String, Config, Option<u64>);

/// All databases of one server, by key.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// Whether the database `default` is created as soon as a request names it.
    has_default: bool,
    databases: Mutex<BTreeMap<String, Arc<Database>>>,
}

/// One database.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) key: String,
    folder: PathBuf,
    config: Mutex<Config>,
    /// Stays open while other connections come and go, so that none of them is the last one, which would make a checkpoint.
    keeper: Mutex<Option<Connection>>,
    connections: Mutex<Vec<Weak<Mutex<Connection>>>>,
    /// Number of requests for the database.
    pub(crate) requests: AtomicU64,
    /// Number of programs that have run on it. A replica would count them as frames.
    pub(crate) frame: AtomicU64,
}

impl Store {
    /// Opens the databases in a folder. Creates the folder if needed.
    pub(crate) fn open(folder: &Path, has_default: bool) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut databases = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let folder = entry?.path();
            let (key, mut config, size): Kept = serde_json::from_slice(&fs::read(folder.join("config.json"))?)?;
            config.max_db_size = size.map(ByteSize::b);
            databases.insert(key.clone(), Arc::new(Database::new(key, folder, config)));
        }
        Ok(Self { folder: folder.to_owned(), has_default, databases: Mutex::new(databases) })
    }

    pub(crate) fn get(&self, key: &str) -> Option<Arc<Database>> {
        lock(&self.databases).get(key).cloned()
    }

    /// Finds the database of a key. Creates `default` when it is first named.
    pub(crate) fn find(&self, key: &str) -> io::Result<Option<Arc<Database>>> {
        if self.has_default && key == "default" {
            self.create(key, Config::of_default())?;
        }
        Ok(self.get(key))
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        lock(&self.databases).keys().cloned().collect()
    }

    /// Creates an empty database. Returns `false` if there is one with this key.
    pub(crate) fn create(&self, key: &str, config: Config) -> io::Result<bool> {
        let mut databases = lock(&self.databases);
        if databases.contains_key(key) {
            return Ok(false);
        }
        let database = Database::new(key.to_owned(), folder_of(&self.folder, key), config);
        fs::create_dir_all(&database.folder)?;
        database.keep_config()?;
        database.keep_open(true).map_err(io::Error::other)?;
        databases.insert(key.to_owned(), Arc::new(database));
        Ok(true)
    }

    /// Deletes a database and its files. Returns `false` if there is none with this key.
    pub(crate) fn delete(&self, key: &str) -> io::Result<bool> {
        let Some(database) = lock(&self.databases).remove(key) else { return Ok(false) };
        database.close();
        fs::remove_dir_all(&database.folder)?;
        Ok(true)
    }

    /// Closes every database's own connection.
    pub(crate) fn close(&self) {
        lock(&self.databases).values().for_each(|database| database.close());
    }
}

/// The folder of a database. Every key has a different one.
fn folder_of(folder: &Path, key: &str) -> PathBuf {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let name = key.bytes().map(|byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02x}") });
    folder.join(name.collect::<String>())
}

impl Database {
    fn new(key: String, folder: PathBuf, config: Config) -> Self {
        Self {
            key,
            folder,
            config: Mutex::new(config),
            keeper: Mutex::default(),
            connections: Mutex::default(),
            requests: AtomicU64::default(),
            frame: AtomicU64::default(),
        }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn config(&self) -> Config {
        lock(&self.config).clone()
    }

    /// Replaces the configuration.
    pub(crate) fn set_config(&self, config: Config) -> io::Result<()> {
        let mut current = lock(&self.config);
        *current = config.after(&current);
        drop(current);
        self.keep_config()
    }

    fn keep_config(&self) -> io::Result<()> {
        let config = self.config();
        let size = config.max_db_size.map(|size| size.as_u64());
        fs::write(self.folder.join("config.json"), serde_json::to_vec::<Kept>(&(self.key.clone(), config, size))?)
    }

    /// Opens a connection. Blocking.
    pub(crate) fn connect(&self) -> libsql::Result<Arc<Mutex<Connection>>> {
        self.keep_open(false)?;
        let connection = Connection::open(&self.file(), false, &self.config().pragmas())?;
        let connection = Arc::new(Mutex::new(connection));
        let mut connections = lock(&self.connections);
        connections.retain(|known| known.strong_count() > 0);
        connections.push(Arc::downgrade(&connection));
        Ok(connection)
    }

    fn keep_open(&self, make: bool) -> libsql::Result<()> {
        let mut keeper = lock(&self.keeper);
        if keeper.is_none() {
            let connection = Connection::open(&self.file(), make, "PRAGMA journal_mode = WAL")?;
            connection.number("SELECT count(*) FROM sqlite_schema")?; // opens the WAL
            *keeper = Some(connection);
        }
        Ok(())
    }

    fn close(&self) {
        *lock(&self.keeper) = None;
    }

    /// Rolls back the transactions that have kept others from writing for `limit`.
    pub(crate) fn time_out_others(&self, limit: Duration) {
        for other in lock(&self.connections).iter().filter_map(Weak::upgrade) {
            if let Ok(mut other) = other.try_lock() {
                other.time_out(limit); // a connection that runs a statement now is tried again later
            }
        }
    }

    /// Size of the pages in use, in bytes.
    pub(crate) fn size(&self) -> libsql::Result<u64> {
        self.keep_open(false)?;
        let keeper = lock(&self.keeper);
        let Some(keeper) = keeper.as_ref() else { return Ok(0) };
        let pages = keeper.number("PRAGMA page_count")? - keeper.number("PRAGMA freelist_count")?;
        Ok(pages.unsigned_abs() * 4096)
    }

    /// Counts one more program and returns their number.
    pub(crate) fn advance(&self) -> u64 {
        self.frame.fetch_add(1, SeqCst) + 1
    }
}
