//! The fleet: many tenants, each with a database, and the catalog that knows them. An operation writes its next step to the
//! catalog before it does that step. After a crash the next start finishes the operation or rolls it back (`recovery/recover.rs`).
//! What a storage cannot delete then waits in the cleanup queue (`recovery/cleanup_queue.rs`).

pub(crate) mod backup;
pub(crate) mod catalog;
pub(crate) mod crash_points;
pub(crate) mod data_folder;
pub(crate) mod databases;
pub(crate) mod recovery;
pub(crate) mod tenants;
