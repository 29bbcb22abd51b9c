//! `Tenant`: one tenant in memory: its record, the location of its database, and the lock around that database. The lock is a
//! read–write lock around the open database. A request's lease is a read guard. Opening, closing, evicting and suspending take
//! the write guard, so they wait for the leases and keep new ones out.

use std::sync::{
    Arc, OnceLock, PoisonError, RwLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use domain::{BaseUrl, DisplayName, TenantId, TenantName, TenantState, TenantView};
use jiff::Timestamp;
use storage::{Database, DatabaseLocation, Row};
use tokio::sync::OwnedRwLockReadGuard;

use crate::{
    Error,
    auth::secrets::{Purpose, Secrets},
    auth::token::{KeyId, Keys},
    fleet::tenants::opening::Opening,
};

/// One tenant in memory.
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) created_at: Timestamp,
    record: RwLock<Arc<Record>>,
    pub(crate) slot: Arc<tokio::sync::RwLock<Option<Database>>>,
    /// The opening that is running, if there is one.
    pub(crate) opening: Opening,
    /// When the database was last leased, in ticks of the pool.
    pub(crate) used: AtomicU64,
    /// Whether an operation holds the maintenance lock.
    held: AtomicBool,
    /// Held by the running download, so that there is only one.
    pub(crate) downloading: Arc<tokio::sync::Mutex<()>>,
}

/// The maintenance lock of a tenant. Until it is dropped, all other requests get a 503. It is only in memory, so a crash
/// releases it.
pub(crate) struct MaintenanceLock(Arc<Tenant>);

/// The data of a tenant that can change.
pub(crate) struct Record {
    pub(crate) name: TenantName,
    pub(crate) display_name: DisplayName,
    pub(crate) state: TenantState,
    pub(crate) state_since: Timestamp,
    pub(crate) key_epoch: u32,
    location: Arc<DatabaseLocation>,
    keys: OnceLock<Keys>,
}

/// The use of a tenant's open database. The database stays open until all leases are dropped.
pub(crate) struct Lease(OwnedRwLockReadGuard<Option<Database>, Database>);

impl Tenant {
    /// A new tenant that is being created, with the location of its first database.
    pub(crate) fn new(location: DatabaseLocation, name: TenantName, now: Timestamp) -> Self {
        let id = location.tenant;
        let record = Record {
            location: Arc::new(location),
            display_name: DisplayName::from(&name),
            state: TenantState::Creating,
            state_since: now,
            key_epoch: 1,
            keys: OnceLock::new(),
            name,
        };
        Self::with(id, now, record)
    }

    /// A tenant that is being created again from known data, by a restore or an import.
    pub(crate) fn again(
        location: DatabaseLocation,
        name: TenantName,
        (display_name, key_epoch): (DisplayName, u32),
        created_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        let id = location.tenant;
        let location = Arc::new(location);
        let (state, state_since) = (TenantState::Creating, now);
        let record = Record { name, display_name, state, state_since, key_epoch, location, keys: OnceLock::new() };
        Self::with(id, created_at, record)
    }

    /// Reads a tenant from the columns `id, name, display_name, state, state_since, key_epoch, created_at`, `storage, database,
    /// host` of the catalog.
    pub(crate) fn from_row(row: &Row) -> Result<Self, storage::StorageError> {
        let record = Record {
            name: row.get(1)?,
            display_name: row.get(2)?,
            state: row.get(3)?,
            state_since: row.get(4)?,
            key_epoch: row.get(5)?,
            location: Arc::new(DatabaseLocation {
                tenant: row.get(0)?,
                storage: row.get(7)?,
                name: row.get(8)?,
                host: row.get(9)?,
            }),
            keys: OnceLock::new(),
        };
        Ok(Self::with(row.get(0)?, row.get(6)?, record))
    }

    fn with(id: TenantId, created_at: Timestamp, record: Record) -> Self {
        Self {
            id,
            created_at,
            record: RwLock::new(Arc::new(record)),
            slot: Arc::default(),
            opening: Opening::default(),
            used: AtomicU64::new(0),
            held: AtomicBool::new(false),
            downloading: Arc::default(),
        }
    }

    /// The location of the tenant's database.
    pub(crate) fn location(&self) -> Arc<DatabaseLocation> {
        Arc::clone(&self.record().location)
    }

    /// Takes the maintenance lock. It fails if the lock is held already.
    pub(crate) fn hold(self: &Arc<Self>) -> Result<MaintenanceLock, Error> {
        let taken = self.held.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire);
        taken.map(|_| MaintenanceLock(Arc::clone(self))).map_err(|_| HELD)
    }

    /// Checks that the maintenance lock is not held.
    pub(crate) fn is_free(&self) -> Result<(), Error> {
        if self.held.load(Ordering::Acquire) { Err(HELD) } else { Ok(()) }
    }

    /// The tenant's record at this moment.
    pub(crate) fn record(&self) -> Arc<Record> {
        Arc::clone(&self.record.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sets the state. The catalog must have it already.
    pub(crate) fn enter(&self, state: TenantState, since: Timestamp) {
        self.show(|record| (record.state, record.state_since) = (state, since));
    }

    /// Sets the display name. The catalog must have it already.
    pub(crate) fn rename(&self, name: DisplayName) {
        self.show(|record| record.display_name = name);
    }

    /// Sets the location of the database. The catalog must have it already.
    pub(crate) fn move_to(&self, location: DatabaseLocation) {
        self.show(|record| record.location = Arc::new(location));
    }

    fn show(&self, change: impl FnOnce(&mut Record)) {
        let mut shown = self.record.write().unwrap_or_else(PoisonError::into_inner);
        let mut record = Record {
            name: shown.name.clone(),
            display_name: shown.display_name.clone(),
            state: shown.state,
            state_since: shown.state_since,
            key_epoch: shown.key_epoch,
            location: Arc::clone(&shown.location),
            keys: OnceLock::new(),
        };
        change(&mut record);
        *shown = Arc::new(record);
    }

    /// Checks that the tenant is active and that its maintenance lock is not held.
    pub(crate) fn ensure_open(&self) -> Result<(), Error> {
        match self.record().state {
            TenantState::Active => self.is_free(),
            TenantState::Suspended => Err(Error::Suspended),
            TenantState::Creating => Err(Error::busy("the tenant is being made")),
            TenantState::Deleting => Err(Error::busy("the tenant is being deleted")),
        }
    }

    /// Leases the database if it is open. It fails instead of waiting for the lock.
    pub(crate) fn open_lease_now(&self, tick: u64) -> Result<Option<Lease>, tokio::sync::TryLockError> {
        let guard = Arc::clone(&self.slot).try_read_owned()?;
        self.used.store(tick, Ordering::Relaxed);
        Ok(OwnedRwLockReadGuard::try_map(guard, Option::as_ref).ok().map(Lease))
    }

    /// Leases the database if it is open. `None` means that it is closed.
    pub(crate) async fn open_lease(&self, tick: u64) -> Option<Lease> {
        let guard = Arc::clone(&self.slot).read_owned().await;
        self.used.store(tick, Ordering::Relaxed);
        OwnedRwLockReadGuard::try_map(guard, Option::as_ref).ok().map(Lease)
    }

    /// The tenant as the operator sees it.
    pub(crate) fn view(&self, base: &BaseUrl) -> TenantView {
        let record = self.record();
        TenantView {
            id: self.id,
            url: base.tenant(&record.name),
            name: record.name.clone(),
            display_name: record.display_name.clone(),
            state: record.state,
            state_since: record.state_since,
            storage: record.location.storage,
            database: record.location.name.clone(),
            created_at: self.created_at,
        }
    }
}

/// The error while another operation holds the maintenance lock.
pub(crate) const HELD: Error = Error::Unavailable {
    what: "the tenant is held while it is restored, moved or deleted: try again in a moment",
    retry_after: 2,
    source: None,
};

impl Drop for MaintenanceLock {
    fn drop(&mut self) {
        self.0.held.store(false, Ordering::Release);
    }
}

impl Record {
    /// The session keys of the present epoch. They are derived at first use.
    pub(crate) fn keys(&self, tenant: TenantId, secrets: &Secrets) -> &Keys {
        self.keys.get_or_init(|| {
            let id = KeyId { tenant, epoch: self.key_epoch };
            let (purpose, tenant) = (Purpose::Session, Some(tenant));
            Keys::new(id, &secrets.key(purpose, tenant, id.epoch), &secrets.older_keys(purpose, tenant, id.epoch))
        })
    }
}

impl std::ops::Deref for Lease {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.0
    }
}
