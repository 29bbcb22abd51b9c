//! `Storage`: the kinds of place where databases are kept.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A kind of place where databases are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Storage {
    /// A file in the data folder.
    Local,
    /// A namespace of a libsql-server.
    LibsqlServer,
    /// A database of Turso Cloud.
    Turso,
}

/// The text does not name a storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be `local`, `libsql-server` or `turso`")]
pub struct InvalidStorage;

impl Storage {
    /// All storages.
    pub const ALL: [Self; 3] = [Self::Local, Self::LibsqlServer, Self::Turso];

    /// Returns the word for the storage in JSON, SQL, settings and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::LibsqlServer => "libsql-server",
            Self::Turso => "turso",
        }
    }
}

impl FromStr for Storage {
    type Err = InvalidStorage;

    fn from_str(text: &str) -> Result<Self, InvalidStorage> {
        Self::ALL.into_iter().find(|storage| storage.as_str() == text).ok_or(InvalidStorage)
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The usage of a database, as its storage reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The size of the database, in bytes.
    pub bytes: u64,
    /// The size of the log (WAL), in bytes. `None` if the database is not a local file.
    pub log_bytes: Option<u64>,
    /// The rows read: since the start of the month at Turso, since the start of the server at libsql-server. `None` for a local
    /// file.
    pub rows_read: Option<u64>,
    /// The rows written, in the same period.
    pub rows_written: Option<u64>,
}
