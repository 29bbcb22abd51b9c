//! What a database may be kept on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a database is kept on: a closed set.
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

/// The text names no storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be `local`, `libsql-server` or `turso`")]
pub struct InvalidStorage;

impl Storage {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Local, Self::LibsqlServer, Self::Turso];

    /// The word for it, in JSON, SQL, settings and on the command line.
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

/// What a storage says of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// How large the database is, in bytes.
    pub bytes: u64,
    /// How large the log (WAL) beside it is, where it is a file.
    pub log_bytes: Option<u64>,
    /// Rows that were read: at Turso since the month began, at libsql-server since it started.
    pub rows_read: Option<u64>,
    /// Rows that were written, likewise.
    pub rows_written: Option<u64>,
}
