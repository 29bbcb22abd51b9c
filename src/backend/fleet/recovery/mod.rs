//! Recovery: what a start checks and puts right after a crash, the cleanup queue, the doctor, and a lost catalog or secret.

pub(crate) mod catalog;
pub(crate) mod cleanup_queue;
mod doctor;
mod recover;
pub(crate) mod start;
