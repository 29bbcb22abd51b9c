//! Backups. Each tenant has a folder, and each backup has a compressed database (`….db.zst`) and a manifest (`….json`). The
//! manifest is written last, so a file without a manifest is not a backup. A lost catalog does not lose the backups: they hold
//! everything that a restore needs except the master secret.

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
