//! Local storage: a database is a file that only this process uses.

mod check;
mod connection;
mod database;
mod loader;
mod long;
mod store;

pub use check::{check, keeps_a_log};
pub(super) use connection::Connection;
pub use database::{Database, Transaction, amend, copy_closed_database, copy_database};
pub(super) use loader::{Loader, Unloader};
pub use store::{Files, blocking};
