//! Types for the operator's commands: storages, backups, and the findings of `freehold doctor`.

mod backup;
mod doctor;
mod storage;

pub use backup::BackupView;
pub use doctor::{Ailment, Finding};
pub use storage::{InvalidStorage, Storage, Usage};
