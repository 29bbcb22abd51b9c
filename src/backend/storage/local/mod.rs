//! Local: a database is a file, and this process is its only owner.

mod check;
mod connection;
mod database;
mod files;
mod loader;
mod long;
mod store;

pub(crate) use check::check;
pub(super) use connection::Connection;
pub(crate) use database::{Database, Transaction, copy_database};
pub(crate) use files::{beside, copy_whole, make_folder_of, remove_database, sync_folder};
pub(super) use loader::{Loader, Unloader};
pub(crate) use store::{Files, blocking};
