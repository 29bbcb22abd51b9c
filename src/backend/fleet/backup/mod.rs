//! Backups: of each tenant a folder, of each backup a compressed database (`….db.zst`) and its manifest (`….json`), which is
//! written last: what has no manifest is no backup. They outlive the catalog: all that is needed to bring a tenant back is in
//! them, but for the master secret.

mod archive;
mod drill;
mod files;
mod manifest;
mod order;
mod packing;
mod restore;
mod retention;
mod schedule;
mod seal;
mod take;
mod unfinished;

pub(crate) use archive::Archive;
pub(crate) use manifest::{About, Backup, Manifest};
pub use retention::{InvalidRetention, Retention};
pub use schedule::{Every, InvalidEvery, Schedule};
pub(crate) use seal::Seals;
