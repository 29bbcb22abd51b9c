//! Storage: one tenant's database, opened, read, written and migrated. Everything above it speaks SQL text and owned
//! rows; nothing above it sees a connection, a file or the libsql crate's own rows (which panic and change under one's feet).

mod connection;
mod database;
mod error;
mod files;
mod migration;
mod row;
mod template;

pub(crate) use database::{Database, Transaction};
pub(crate) use error::StorageError;
pub(crate) use files::{beside, remove_database, sync_folder};
pub(crate) use migration::{CATALOG, Ledger, TENANT};
pub(crate) use row::{Row, Rows};
pub(crate) use template::Template;

pub(crate) type Result<T> = std::result::Result<T, StorageError>;

/// The parameters of a statement, in order: strings, integers, blobs, options of those.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$(libsql::Value::from($value)),*] };
}
pub(crate) use params;
