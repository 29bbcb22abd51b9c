//! What can go wrong in a database, in the words that the operations above act on.
//! Made of SQLite's extended codes; an outcome that nobody acts on stays whole in `Other`, for the log.

/// A statement, an open or a migration failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    #[error("the database is busy")]
    Busy,
    #[error("a constraint forbids it: {0}")]
    Constraint(String),
    #[error("the database file does not exist")]
    Missing,
    #[error("the disk is full")]
    Full,
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    #[error("the database did not answer in time")]
    TimedOut,
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
    #[error("the worker thread was lost")]
    Lost,
    #[error("the file cannot be used")]
    Io(#[from] std::io::Error),
    #[error("the database refused")]
    Other(#[source] libsql::Error),
}

impl StorageError {
    /// Whether a UNIQUE or PRIMARY KEY constraint on this column (`table.column`) was violated.
    pub(crate) fn is_duplicate_of(&self, column: &str) -> bool {
        matches!(self, Self::Constraint(message) if message.split([' ', ',']).any(|word| word == column))
    }
}

impl From<libsql::Error> for StorageError {
    fn from(error: libsql::Error) -> Self {
        use libsql::ffi;
        let libsql::Error::SqliteFailure(code, message) = error else { return Self::Other(error) };
        match code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Self::Busy,
            ffi::SQLITE_CONSTRAINT => Self::Constraint(message),
            ffi::SQLITE_CANTOPEN => Self::Missing,
            ffi::SQLITE_FULL => Self::Full,
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => Self::Corrupt(message),
            ffi::SQLITE_INTERRUPT => Self::TimedOut,
            _ => Self::Other(libsql::Error::SqliteFailure(code, message)),
        }
    }
}
