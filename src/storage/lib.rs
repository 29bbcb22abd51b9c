//! Storage: opens, reads, writes and migrates one tenant's database, on any kind of storage. Callers use SQL text and owned
//! rows. They never see a connection, a file, a socket or the rows of the libsql crate, which can panic and can change while
//! they are held.

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

/// Result of a storage operation.
pub type Result<T> = std::result::Result<T, StorageError>;

/// A statement and its parameters, in order.
pub type Statement = (&'static str, Vec<libsql::Value>);

/// Stands in an error in place of a statement that was composed at run time.
pub const COMPOSED: &str = "(composed)";

/// Reads the size of a database in bytes.
const SIZE: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

/// SHA-256 of a text, in hexadecimal.
fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.as_ref())
}

/// Builds the parameters of a statement, in order, from strings, integers, blobs and options of those.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
