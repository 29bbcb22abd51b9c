//! Errors of a database on any storage, in the terms that callers act on. An error that no caller acts on keeps its code and
//! message in `Other`, for the log.

/// A statement, an open or a migration failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another writer held the lock for too long. Nothing was done.
    #[error("the database is busy")]
    Busy,
    /// A constraint was violated. The text names it: `UNIQUE constraint failed: users.username`.
    #[error("a constraint forbids it: {0}")]
    Constraint(String),
    /// The database does not exist.
    #[error("the database does not exist where the catalog has it")]
    Missing,
    /// The operator of the storage blocks the database, by a quota or a switch.
    #[error("the storage blocks the database: {0}")]
    Blocked(String),
    /// The deadline passed. It is unknown whether a write was done.
    #[error("the database did not answer in time")]
    TimedOut,
    /// The connection, the transaction or the worker thread was lost. An open transaction is rolled back.
    #[error("the database was lost on the way: {0}")]
    Lost(String),
    /// The storage could not be reached, or its answer was not that of a working database server.
    #[error("the storage cannot be used: {0}")]
    Unusable(String),
    /// The storage refuses this program's credentials. The text says why.
    #[error("the storage does not let this program in: {0}")]
    Unauthorised(String),
    /// The disk of the database is full.
    #[error("the disk is full")]
    Full,
    /// The disk of this backups folder is full.
    #[error("the backups disk is full: {}", .0.display())]
    BackupsFull(std::path::PathBuf),
    /// The backups have a fault, and not a database. The text is a sentence for the operator.
    #[error("{0}")]
    Backup(String),
    /// The pages or the schema are damaged. The text says how.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The database cannot be written.
    #[error("the database can be read only")]
    ReadOnly,
    /// A newer program has migrated the database.
    #[error("the database's schema is version {found}, newer than this program's {known}")]
    Newer {
        /// The database's schema version.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The text of a migration changed after it was applied.
    #[error("migration {version} is not the one that was applied: its text has changed")]
    Changed {
        /// The migration's version.
        version: i64,
    },
    /// A migration failed and was rolled back.
    #[error("migration {version} failed")]
    Migration {
        /// The migration's version.
        version: i64,
        /// The cause.
        source: Box<Self>,
    },
    /// A value does not have the type that the caller reads.
    #[error("column {column} of `{sql}` holds {found}")]
    Column {
        /// The statement.
        sql: &'static str,
        /// The column, counted from 0.
        column: usize,
        /// What the column holds.
        found: String,
    },
    /// A statement got the wrong number of parameters.
    #[error("the statement `{sql}` takes {takes} parameters, not {given}")]
    Parameters {
        /// The statement.
        sql: &'static str,
        /// Number of parameters that the statement takes.
        takes: usize,
        /// Number of parameters that it got.
        given: usize,
    },
    /// A file operation failed.
    #[error("the file cannot be used")]
    Io(#[source] std::io::Error),
    /// Any other error: a code, such as `SQLITE_ERROR`, and a message.
    #[error("the database refused: {message} ({code})")]
    Other {
        /// The code.
        code: String,
        /// The message.
        message: String,
    },
}

impl StorageError {
    /// Whether a UNIQUE or PRIMARY KEY constraint on this column (`table.column`) was violated.
    pub fn is_duplicate_of(&self, column: &str) -> bool {
        matches!(self, Self::Constraint(message) if message.split([' ', ',']).any(|word| word == column))
    }

    /// Whether the file itself failed. An open connection may then not see the file's present content: reopen it.
    pub fn is_of_the_file(&self) -> bool {
        matches!(self, Self::Missing | Self::Unusable(_) | Self::Corrupt(_) | Self::ReadOnly | Self::Io(_))
    }

    /// The error for a worker thread that ended before its work was done.
    pub fn thread(error: tokio::task::JoinError) -> Self {
        Self::Lost(error.to_string())
    }
}

impl From<std::io::Error> for StorageError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::NotFound => Self::Missing,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Io(error),
        }
    }
}

/// Converts the extended codes of SQLite that a local file returns.
impl From<libsql::Error> for StorageError {
    fn from(error: libsql::Error) -> Self {
        use libsql::ffi;
        let (code, message) = match error {
            libsql::Error::SqliteFailure(code, message) => (code, message),
            libsql::Error::ConnectionFailed(message) => return Self::Unusable(message),
            other => return Self::Other { code: "libsql".into(), message: other.to_string() },
        };
        match code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Self::Busy,
            ffi::SQLITE_CONSTRAINT => Self::Constraint(message),
            ffi::SQLITE_FULL => Self::Full,
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => Self::Corrupt(message),
            ffi::SQLITE_READONLY => Self::ReadOnly,
            ffi::SQLITE_INTERRUPT => Self::TimedOut,
            ffi::SQLITE_CANTOPEN | ffi::SQLITE_IOERR => Self::Unusable(message),
            _ => Self::Other { code: format!("SQLite {code}"), message },
        }
    }
}

/// The text of an error, followed by the texts of its sources.
pub fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
