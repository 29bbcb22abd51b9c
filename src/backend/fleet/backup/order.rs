//! Which backup is older. A tenant's own are counted, so that a clock that was wrong does not change their order; those of
//! different tenants are compared by their time alone.

use std::collections::{HashMap, VecDeque};

use domain::TenantId;

use super::manifest::Backup;

/// The oldest first: in the order of time, but each tenant's own in the order in which they were made.
pub(crate) fn in_order(mut backups: Vec<Backup>) -> Vec<Backup> {
    backups.sort_by_key(|backup| backup.manifest.about.taken_at);
    let owners: Vec<TenantId> = backups.iter().map(|backup| backup.manifest.about.tenant).collect();
    backups.sort_by_key(|backup| backup.manifest.sequence); // stable: those that were not counted stay in the order of time
    let mut of_each: HashMap<TenantId, VecDeque<Backup>> = HashMap::new();
    for backup in backups {
        of_each.entry(backup.manifest.about.tenant).or_default().push_back(backup);
    }
    owners.iter().filter_map(|owner| of_each.get_mut(owner)?.pop_front()).collect()
}
