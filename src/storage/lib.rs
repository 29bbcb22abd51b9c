//! Storage: one tenant's database, opened, read, written and migrated, wherever it is kept. Everything above it speaks SQL
//! text and owned rows; nothing above it sees a connection, a file, a socket or the libsql crate's own rows (which panic
//! and change under one's feet).

mod ambient;
#[cfg(test)]
mod conformance;
mod database;
mod error;
pub mod files;
mod foreign;
mod hedged;
mod hrana;
mod image;
mod libsql_server;
pub mod local;
mod location;
mod migration;
mod remote;
mod row;
#[cfg(test)]
mod sample;
mod settings;
mod store;
mod stores;
mod turso;

pub use ambient::{Ambient, Clock, Random};
pub use database::{Database, Transaction};
pub use error::{StorageError, chain};
pub use foreign::{ExpectedFile, ForeignDatabase, ForeignFile, Refusal};
use hedged::hedged;
pub use image::{Image, Summary};
pub use libsql::Value;
pub use location::{DatabaseLocation, is_database_name};
pub use migration::{Migration, MigrationListener, MigrationSet, MigrationStage, Rewrite};
pub use row::{Column, Row, Rows};
pub use settings::{LibsqlServerSettings, Schema, StorageSettings, TursoSettings};
pub use store::Store;
pub use stores::Stores;
pub use turso::Spares;

/// The result of what a storage is asked for.
pub type Result<T> = std::result::Result<T, StorageError>;

/// A statement and its parameters, in order.
pub type Statement = (&'static str, Vec<libsql::Value>);

/// What stands in an error where a statement was put together.
pub const COMPOSED: &str = "(composed)";

/// How large a database is, in bytes.
const SIZE: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

/// SHA-256 of a text, in hexadecimal.
fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.as_ref())
}

/// The parameters of a statement, in order: strings, integers, blobs, options of those.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
