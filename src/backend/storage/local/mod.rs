//! Local: a database is a file, and this process is its only owner.

mod check;
mod connection;
mod database;
mod files;
mod loader;
mod long;
mod store;

pub(crate) use check::{check, keeps_a_log};
pub(super) use connection::Connection;
pub(crate) use database::{Database, Transaction, amend, copy_closed_database, copy_database};
pub(crate) use files::{
    beside, catalog_copies, copy_whole, databases_in, make_folder_of, remove_database, sync_folder, with_suffix,
};
pub(super) use loader::{Loader, Unloader};
pub(crate) use store::{Files, blocking};
