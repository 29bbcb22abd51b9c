//! Access to the databases of a server from within the same process, for another API that creates them or a test.

use std::{io, path::PathBuf, sync::Arc, sync::atomic::Ordering::SeqCst};

use crate::{
    config::{Config, Creation},
    store::Store,
};

/// The databases of one server, whether it runs or not. Clones share them.
#[derive(Debug, Clone)]
pub struct Databases(pub(crate) Arc<Store>);

impl Databases {
    /// Creates an empty database. Returns `false` if there is one with this key. Blocking, as is [`Self::delete`].
    pub fn create(&self, key: &str) -> io::Result<bool> {
        self.0.create(key, Config::from(Creation::default()))
    }

    /// Deletes a database and its files. Returns `false` if there is none with this key.
    pub fn delete(&self, key: &str) -> io::Result<bool> {
        self.0.delete(key)
    }

    /// The keys of all databases, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0.keys()
    }

    /// The file of a database, if there is one with this key. Its newest pages may be in the WAL beside it.
    #[must_use]
    pub fn file(&self, key: &str) -> Option<PathBuf> {
        self.0.get(key).map(|database| database.file())
    }

    /// Number of requests for an existing database, whatever their outcome.
    #[must_use]
    pub fn requests(&self, key: &str) -> u64 {
        self.0.get(key).map_or(0, |database| database.requests.load(SeqCst))
    }
}
