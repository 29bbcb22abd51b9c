//! The catalog: which tenants exist, where their databases are, and which names are in quarantine. Its database is
//! authoritative, and memory keeps a copy of it for fast lookups. A change is written to the database first and then to memory.
//! Changes of tenants are in `tenants.rs`, changes of the list of databases in `databases.rs`.

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

/// The tenants of this Freehold, in a database and in memory.
pub(crate) struct Catalog {
    database: Database,
    tenants: RwLock<Tenants>,
    /// Held while a change is written to the database and to memory, so that both see changes in the same order.
    changing: tokio::sync::Mutex<()>,
}

/// How long a write waits for the lock. It is longer than a request may wait, because an operation that has begun must finish.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a freed name stays reserved for the tenant that had it.
pub const QUARANTINE: SignedDuration = SignedDuration::from_hours(90 * 24);

#[derive(Default)]
struct Tenants {
    by_name: BTreeMap<TenantName, Arc<Tenant>>,
    by_id: HashMap<TenantId, Arc<Tenant>>,
    freed: HashMap<TenantName, Freed>,
}

/// A name that was freed: the tenant that had it, and the time.
#[derive(Clone, Copy)]
struct Freed {
    tenant: TenantId,
    at: Timestamp,
}

impl Catalog {
    /// Opens the catalog, migrates it and reads it into memory. Creates it first if it does not exist. Blocking.
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<Self> {
        if !path.exists() {
            Database::create(path, CATALOG, now)?;
        }
        if !local::keeps_a_log(path)? {
            local::amend(path, "")?; // a copy of a catalog has no write-ahead log yet
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

    /// The tenant with this name.
    pub(crate) fn by_name(&self, name: &TenantName) -> Option<Arc<Tenant>> {
        self.read().by_name.get(name).cloned()
    }

    /// The tenant with this id.
    pub(crate) fn by_id(&self, id: TenantId) -> Option<Arc<Tenant>> {
        self.read().by_id.get(&id).cloned()
    }

    /// The ids of all tenants.
    pub(crate) fn ids(&self) -> HashSet<TenantId> {
        self.read().by_id.keys().copied().collect()
    }

    /// The number of tenants.
    pub(crate) fn len(&self) -> usize {
        self.read().by_id.len()
    }

    /// Whether the catalog has never held anything.
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

    /// The tenants in this state.
    pub(crate) fn in_state(&self, state: TenantState) -> Vec<Arc<Tenant>> {
        self.read().by_id.values().filter(|tenant| tenant.record().state == state).cloned().collect()
    }

    /// The end of a name's quarantine. `None` means that the name is free, or was freed by the given tenant.
    pub(crate) fn kept_until(&self, name: &TenantName, whoever: Option<TenantId>, now: Timestamp) -> Option<Timestamp> {
        let freed = self.read().freed.get(name).copied()?;
        let until = freed.at + QUARANTINE;
        (now < until && whoever != Some(freed.tenant)).then_some(until)
    }

    /// Checks that the catalog's database answers.
    pub(crate) fn answers(&self) -> Result<()> {
        self.database.read("SELECT 1", vec![]).map(drop)
    }

    /// Copies the catalog, as it is at this moment, into a file that must not exist yet. Blocking.
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

/// Reads a location from the columns `tenant, storage, name, host`, starting at `first`.
pub(crate) fn location(row: &Row, first: usize) -> Result<storage::DatabaseLocation> {
    Ok(storage::DatabaseLocation {
        tenant: row.get(first)?,
        storage: row.get(first + 1)?,
        name: row.get(first + 2)?,
        host: row.get(first + 3)?,
    })
}
