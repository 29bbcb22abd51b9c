//! The catalog: which tenants there are, where their databases are, and which names nobody may take yet. Its database
//! decides; memory repeats it, name by name, for the hot path. A change is written first and shown in memory after.
//! What changes tenants is in `tenants.rs`, what changes the list of databases in `databases.rs`.

mod databases;
mod tenants;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Bound,
    path::Path,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use domain::{TenantId, TenantName, TenantState};
use jiff::{SignedDuration, Timestamp};

pub(crate) use databases::{DatabaseState, Known};
use storage::{
    Result, Row,
    local::{self, Database},
};
pub(crate) use tenants::taken;

use crate::{fleet::tenants::Tenant, schema::CATALOG};

/// All tenants of this Freehold.
pub(crate) struct Catalog {
    database: Database,
    tenants: RwLock<Tenants>,
    /// Held while a change is written and shown, so that both see changes in one order.
    changing: tokio::sync::Mutex<()>,
}

/// What has begun must end: its write waits longer than a request would.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a freed name is kept for the tenant that had it.
pub const QUARANTINE: SignedDuration = SignedDuration::from_hours(90 * 24);

#[derive(Default)]
struct Tenants {
    by_name: BTreeMap<TenantName, Arc<Tenant>>,
    by_id: HashMap<TenantId, Arc<Tenant>>,
    freed: HashMap<TenantName, Freed>,
}

/// A name that was freed: whose it was, and when.
#[derive(Clone, Copy)]
struct Freed {
    tenant: TenantId,
    at: Timestamp,
}

impl Catalog {
    /// Opens it, makes it first where it is not there, migrates it, and reads it into memory. Blocking.
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<Self> {
        if !path.exists() {
            Database::create(path, CATALOG, now)?;
        }
        if !local::keeps_a_log(path)? {
            local::amend(path, "")?; // a copy
        }
        let database = Database::open(path, CATALOG, now)?;
        let mut tenants = Tenants::default();
        let all = "SELECT id, name, display_name, state, state_since, key_epoch, created_at, storage, database, host
                   FROM tenants";
        for row in &database.read(all, vec![])?.rows {
            tenants.insert(Arc::new(Tenant::from_row(row)?));
        }
        for row in &database.read("SELECT name, tenant, freed_at FROM freed_names", vec![])?.rows {
            tenants.freed.insert(row.get(0)?, Freed { tenant: row.get(1)?, at: row.get(2)? });
        }
        Ok(Self { database, tenants: RwLock::new(tenants), changing: tokio::sync::Mutex::default() })
    }

    /// The tenant of a name.
    pub(crate) fn by_name(&self, name: &TenantName) -> Option<Arc<Tenant>> {
        self.read().by_name.get(name).cloned()
    }

    /// The tenant of an id.
    pub(crate) fn by_id(&self, id: TenantId) -> Option<Arc<Tenant>> {
        self.read().by_id.get(&id).cloned()
    }

    /// The ids of all of them.
    pub(crate) fn ids(&self) -> HashSet<TenantId> {
        self.read().by_id.keys().copied().collect()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.read().by_id.len()
    }

    /// Whether nothing was ever in it.
    pub(crate) fn is_new(&self) -> Result<bool> {
        Ok(self.len() == 0 && self.read().freed.is_empty() && self.databases()?.is_empty())
    }

    /// The next `limit` tenants in the order of their names.
    pub(crate) fn page(&self, after: Option<&TenantName>, limit: usize) -> Vec<Arc<Tenant>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.read()
            .by_name
            .range::<TenantName, _>((from, Bound::Unbounded))
            .take(limit)
            .map(|(_, tenant)| tenant.clone())
            .collect()
    }

    /// Those in a state that a crash must not leave them in.
    pub(crate) fn in_state(&self, state: TenantState) -> Vec<Arc<Tenant>> {
        self.read().by_id.values().filter(|tenant| tenant.record().state == state).cloned().collect()
    }

    /// Until when a name waits for the tenant that had it; none is that anyone may have it.
    pub(crate) fn kept_until(&self, name: &TenantName, whoever: Option<TenantId>, now: Timestamp) -> Option<Timestamp> {
        let freed = self.read().freed.get(name).copied()?;
        let until = freed.at + QUARANTINE;
        (now < until && whoever != Some(freed.tenant)).then_some(until)
    }

    /// Whether it answers.
    pub(crate) fn answers(&self) -> Result<()> {
        self.database.read("SELECT 1", vec![]).map(drop)
    }

    /// Copies it, as it is at this moment, into a file that must not exist. Blocking.
    pub(crate) fn copy_to(&self, file: &Path) -> Result<()> {
        local::copy_database(self.database.path(), file)
    }

    fn read(&self) -> RwLockReadGuard<'_, Tenants> {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Tenants> {
        self.tenants.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tenants {
    fn insert(&mut self, tenant: Arc<Tenant>) {
        self.by_id.insert(tenant.id, Arc::clone(&tenant));
        self.by_name.insert(tenant.record().name.clone(), tenant);
    }

    fn remove(&mut self, tenant: &Tenant) {
        self.by_id.remove(&tenant.id);
        self.by_name.remove(&tenant.record().name);
    }
}

/// A place, of the columns `tenant, storage, name, host` from `first` on.
pub(crate) fn location(row: &Row, first: usize) -> Result<storage::DatabaseLocation> {
    Ok(storage::DatabaseLocation {
        tenant: row.get(first)?,
        storage: row.get(first + 1)?,
        name: row.get(first + 2)?,
        host: row.get(first + 3)?,
    })
}
