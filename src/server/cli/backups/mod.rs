//! The commands about backups: take, list, test and restore them.

mod drill;
mod list;
mod restore;
mod take;

pub(super) use drill::Drill;
pub(super) use list::Backups;
pub(super) use restore::Restore;
pub(super) use take::Backup;
