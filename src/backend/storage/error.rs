//! What can go wrong in a database, in the words that the operations above act on, whatever it is kept on. An outcome that
//! nobody acts on stays whole in `Other`, for the log.

/// A statement, an open or a migration failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    /// Another writer was there for too long. Nothing was done.
    #[error("the database is busy")]
    Busy,
    /// Says which: `UNIQUE constraint failed: users.username`.
    #[error("a constraint forbids it: {0}")]
    Constraint(String),
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
    #[error("the storage lets this program not in: {0}")]
    Unauthorised(String),
    #[error("the disk is full")]
    Full,
    #[error("the backups disk is full: {}", .0.display())]
    BackupsFull(std::path::PathBuf),
    /// Something is wrong with the backups and not with a database: says what, in a sentence for the operator.
    #[error("{0}")]
    Backup(String),
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    #[error("the database can be read only")]
    ReadOnly,
    #[error("the database's schema is version {found}, newer than this program's {known}")]
    Newer { found: i64, known: i64 },
    #[error("migration {version} is not the one that was applied: its text has changed")]
    Changed { version: i64 },
    #[error("migration {version} failed")]
    Migration { version: i64, source: Box<Self> },
    #[error("column {column} of `{sql}` holds {found}")]
    Column { sql: &'static str, column: usize, found: String },
    #[error("the statement `{sql}` takes {takes} parameters, not {given}")]
    Parameters { sql: &'static str, takes: usize, given: usize },
    #[error("the file cannot be used")]
    Io(#[source] std::io::Error),
    /// A code, such as `SQLITE_ERROR`, and a message.
    #[error("the database refused: {message} ({code})")]
    Other { code: String, message: String },
}

impl StorageError {
    /// Whether a UNIQUE or PRIMARY KEY constraint on this column (`table.column`) was violated.
    pub(crate) fn is_duplicate_of(&self, column: &str) -> bool {
        matches!(self, Self::Constraint(message) if message.split([' ', ',']).any(|word| word == column))
    }

    /// Whether it speaks of the file itself, so that a connection to it may hold what is no longer, or not yet, there.
    pub(crate) fn is_of_the_file(&self) -> bool {
        matches!(self, Self::Missing | Self::Unusable(_) | Self::Corrupt(_) | Self::ReadOnly | Self::Io(_))
    }

    /// A worker thread ended before its work.
    pub(crate) fn thread(error: tokio::task::JoinError) -> Self {
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
