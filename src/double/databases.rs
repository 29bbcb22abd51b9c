//! The databases of a server, for whoever is in the same process: another API that makes them, or a test that looks.

use std::{io, path::PathBuf, sync::Arc, sync::atomic::Ordering::SeqCst};

use crate::{
    config::{Config, Creation},
    store::Store,
};

/// The databases of one server, whether it runs or not. Clones are the same.
#[derive(Debug, Clone)]
pub struct Databases(pub(crate) Arc<Store>);

impl Databases {
    /// Makes an empty one; `false` if there is one by that key. Blocking, as is [`Self::delete`].
    pub fn create(&self, key: &str) -> io::Result<bool> {
        self.0.create(key, Config::from(Creation::default()))
    }

    /// Removes one and its files; `false` if there is none by that key.
    pub fn delete(&self, key: &str) -> io::Result<bool> {
        self.0.delete(key)
    }

    /// The keys of all, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0.keys()
    }

    /// The file of one, where there is one by that key. Its newest pages may be in the WAL beside it.
    #[must_use]
    pub fn file(&self, key: &str) -> Option<PathBuf> {
        self.0.get(key).map(|database| database.file())
    }

    /// How many requests came for one that is there, whatever became of them.
    #[must_use]
    pub fn requests(&self, key: &str) -> u64 {
        self.0.get(key).map_or(0, |database| database.requests.load(SeqCst))
    }
}
