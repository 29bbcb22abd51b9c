//! The databases of a server: each a folder with its libSQL file and what is set for it. They outlive the server.

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

/// Locks, also after a panic of another.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is kept of a database beside its file. Its largest size, in bytes, is told in the configuration in round numbers.
type Kept = (String, Config, Option<u64>);

/// All databases of one server, by their keys.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// Whether there is a database `default` as soon as somebody names it.
    has_default: bool,
    databases: Mutex<BTreeMap<String, Arc<Database>>>,
}

/// One database.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) key: String,
    folder: PathBuf,
    config: Mutex<Config>,
    /// Stays open while others come and go, so that none of them is the last one, which checkpoints.
    keeper: Mutex<Option<Connection>>,
    connections: Mutex<Vec<Weak<Mutex<Connection>>>>,
    /// How many requests it was asked for.
    pub(crate) requests: AtomicU64,
    /// How many programs have run on it: what a replica would count as frames.
    pub(crate) frame: AtomicU64,
}

impl Store {
    /// The databases in a folder, which is made if need be.
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

    /// The database of a key; what is there for whoever names it is made now.
    pub(crate) fn find(&self, key: &str) -> io::Result<Option<Arc<Database>>> {
        if self.has_default && key == "default" {
            self.create(key, Config::of_default())?;
        }
        Ok(self.get(key))
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        lock(&self.databases).keys().cloned().collect()
    }

    /// Makes an empty database; `false` if there is one by that key.
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

    /// Removes a database and its files; `false` if there is none by that key.
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

/// Any key gives a name of its own.
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

    /// Replaces what is set.
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

    /// Opens a connection, which is blocking.
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
            connection.number("SELECT count(*) FROM sqlite_schema")?; // only now is the WAL open
            *keeper = Some(connection);
        }
        Ok(())
    }

    fn close(&self) {
        *lock(&self.keeper) = None;
    }

    /// Takes their transactions from those who have kept others from writing for too long.
    pub(crate) fn time_out_others(&self, limit: Duration) {
        for other in lock(&self.connections).iter().filter_map(Weak::upgrade) {
            if let Ok(mut other) = other.try_lock() {
                other.time_out(limit); // one that runs a statement now is asked again later
            }
        }
    }

    /// How many bytes its pages in use take.
    pub(crate) fn size(&self) -> libsql::Result<u64> {
        self.keep_open(false)?;
        let keeper = lock(&self.keeper);
        let Some(keeper) = keeper.as_ref() else { return Ok(0) };
        let pages = keeper.number("PRAGMA page_count")? - keeper.number("PRAGMA freelist_count")?;
        Ok(pages.unsigned_abs() * 4096)
    }

    /// Counts one more program.
    pub(crate) fn advance(&self) -> u64 {
        self.frame.fetch_add(1, SeqCst) + 1
    }
}
