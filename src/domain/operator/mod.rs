//! What the operator sees and names: storages, backups, and what the doctor finds.

mod backup;
mod doctor;
mod storage;

pub use backup::BackupView;
pub use doctor::{Ailment, Finding};
pub use storage::{InvalidStorage, Storage, Usage};
