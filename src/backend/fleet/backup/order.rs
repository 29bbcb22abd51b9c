//! The order of backups by age. The backups of one tenant are numbered, so a wrong clock does not change their order. Backups
//! of different tenants are compared by time.

use std::collections::{HashMap, VecDeque};

use domain::TenantId;

use super::manifest::Backup;

/// Sorts backups with the oldest first. They are in order of time, but each tenant's own backups are in the order in which they
/// were made.
pub(crate) fn in_order(mut backups: Vec<Backup>) -> Vec<Backup> {
    backups.sort_by_key(|backup| backup.manifest.about.taken_at);
    let owners: Vec<TenantId> = backups.iter().map(|backup| backup.manifest.about.tenant).collect();
    backups.sort_by_key(|backup| backup.manifest.sequence); // stable: unnumbered ones stay in order of time
    let mut of_each: HashMap<TenantId, VecDeque<Backup>> = HashMap::new();
    for backup in backups {
        of_each.entry(backup.manifest.about.tenant).or_default().push_back(backup);
    }
    owners.iter().filter_map(|owner| of_each.get_mut(owner)?.pop_front()).collect()
}
