//! Local: a database is a file, and this process is its only owner.

mod connection;
mod database;
mod files;
mod template;

pub(super) use connection::Connection;
pub(crate) use database::{Database, Transaction};
pub(crate) use files::{beside, remove_database, sync_folder};
pub(crate) use template::Template;
