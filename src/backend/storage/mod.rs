//! Storage: one tenant's database, opened, read, written and migrated, wherever it is kept. Everything above it speaks SQL
//! text and owned rows; nothing above it sees a connection, a file, a socket or the libsql crate's own rows (which panic
//! and change under one's feet).

#[cfg(test)]
mod conformance;
mod database;
mod error;
mod foreign;
mod hrana;
mod image;
mod insist;
mod libsql_server;
pub(crate) mod local;
mod migration;
mod place;
mod remote;
mod row;
mod store;
mod stores;
mod turso;

pub(crate) use database::{Database, Transaction};
pub(crate) use error::StorageError;
pub(crate) use foreign::{ForeignDatabase, ForeignFile, tenant_fingerprint};
pub(crate) use image::{Image, Summary};
use insist::insist;
pub(crate) use migration::{CATALOG, Ledger, Rewrite, TENANT};
pub(crate) use place::{Place, is_database_name};
pub(crate) use row::{Row, Rows};
pub(crate) use store::Store;
pub(crate) use stores::Stores;
pub(crate) use turso::Spares;

pub(crate) type Result<T> = std::result::Result<T, StorageError>;

/// A statement and its parameters, in order.
pub(crate) type Statement = (&'static str, Vec<libsql::Value>);

/// What stands in an error where a statement was put together.
pub(crate) const COMPOSED: &str = "(composed)";

/// How large a database is, in bytes.
const SIZE: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

/// SHA-256 of a text, in hexadecimal.
fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.as_ref())
}

/// The parameters of a statement, in order: strings, integers, blobs, options of those.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$(libsql::Value::from($value)),*] };
}
pub(crate) use params;
