//! What can go wrong in a database, in the words that the operations above act on, whatever it is kept on. An outcome that
//! nobody acts on stays whole in `Other`, for the log.

/// A statement, an open or a migration failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another writer was there for too long. Nothing was done.
    #[error("the database is busy")]
    Busy,
    /// Says which: `UNIQUE constraint failed: users.username`.
    #[error("a constraint forbids it: {0}")]
    Constraint(String),
    /// There is no such database.
    #[error("the database does not exist where the catalog has it")]
    Missing,
    /// By whoever runs the storage: a quota, or a switch.
    #[error("the storage blocks the database: {0}")]
    Blocked(String),
    /// Whether a write was done is unknown.
    #[error("the database did not answer in time")]
    TimedOut,
    /// The connection, the transaction or the worker thread was lost: an open transaction is rolled back.
    #[error("the database was lost on the way: {0}")]
    Lost(String),
    /// What answered was no database server, or not well.
    #[error("the storage cannot be used: {0}")]
    Unusable(String),
    /// The storage refuses this program's credentials; says how.
    #[error("the storage does not let this program in: {0}")]
    Unauthorised(String),
    /// No room on the disk of the database.
    #[error("the disk is full")]
    Full,
    /// No room on the disk of this backups folder.
    #[error("the backups disk is full: {}", .0.display())]
    BackupsFull(std::path::PathBuf),
    /// Something is wrong with the backups and not with a database: says what, in a sentence for the operator.
    #[error("{0}")]
    Backup(String),
    /// Its pages or its schema are wrong; says how.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// It cannot be written.
    #[error("the database can be read only")]
    ReadOnly,
    /// A newer program has migrated it.
    #[error("the database's schema is version {found}, newer than this program's {known}")]
    Newer {
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The file of a migration changed after it was applied.
    #[error("migration {version} is not the one that was applied: its text has changed")]
    Changed {
        /// The migration.
        version: i64,
    },
    /// A migration failed, and nothing of it was done.
    #[error("migration {version} failed")]
    Migration {
        /// The migration.
        version: i64,
        /// Why.
        source: Box<Self>,
    },
    /// A value is not of the type that is read.
    #[error("column {column} of `{sql}` holds {found}")]
    Column {
        /// The statement.
        sql: &'static str,
        /// The column, counted from 0.
        column: usize,
        /// What is there.
        found: String,
    },
    /// A statement got a wrong number of parameters.
    #[error("the statement `{sql}` takes {takes} parameters, not {given}")]
    Parameters {
        /// The statement.
        sql: &'static str,
        /// How many it takes.
        takes: usize,
        /// How many it got.
        given: usize,
    },
    /// The file system refused.
    #[error("the file cannot be used")]
    Io(#[source] std::io::Error),
    /// A code, such as `SQLITE_ERROR`, and a message.
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

    /// A worker thread ended before its work.
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

/// Of SQLite's extended codes: what a file says.
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

/// An error with its sources.
pub fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
