//! Operations on whole tenants. Each operation writes its next step to the catalog before it does that step. After a crash the
//! next start finishes the operation or rolls it back (`recover.rs`). What a storage cannot delete then waits in the cleanup
//! queue (`cleanup_queue.rs`).

mod backup;
mod cleanup_queue;
mod copies;
mod delete;
mod doctor;
mod download;
mod drill;
mod export;
mod import;
mod moving;
mod operations;
mod owner_delete;
mod recover;
mod restore;
mod rows;
mod schedule;
mod spares;
mod state;

pub(crate) use cleanup_queue::{Cleanup, CleanupQueue};
pub use download::{Copying, Download, Downloads};
pub use schedule::{Every, InvalidEvery, Schedule};
