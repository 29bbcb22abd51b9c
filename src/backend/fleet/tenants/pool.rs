//! `Pool`: the open databases. A database is opened when an authorized request needs it, with one opening at a time for each
//! tenant. The connection limit follows from the file descriptor limit. When it is reached, the least recently used database
//! without a lease is closed.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::TenantId;
use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use storage::{Stores, chain};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    Error,
    fleet::tenants::opening::Failure,
    fleet::tenants::{Lease, Tenant},
};

/// How long a request waits for a database to open. If the deadline for a call to a remote storage is longer, that deadline
/// applies.
const OPENING: Duration = Duration::from_secs(2);
/// How long suspending or closing waits for the leases. Then it interrupts their statements and waits once more.
const LEAVING: Duration = Duration::from_secs(5);
/// The file descriptors of a WAL database with a reader and a writer.
const DESCRIPTORS: u64 = 5;
/// The file descriptors that are reserved for connections and everything else.
const RESERVE: u64 = 1024;
/// The most databases that are open by default. Making room scans all open databases, which gets slow above this number.
const MOST: u64 = 2000;
/// How many databases are closed at the same time.
const AT_ONCE: usize = 16;

/// The open databases.
pub(crate) struct Pool {
    stores: Stores,
    cap: usize,
    patience: Duration,
    tick: AtomicU64,
    open: Mutex<HashMap<TenantId, Arc<Tenant>>>,
}

impl Pool {
    /// Creates a pool with at most `cap` open databases. `None` means as many as the file descriptor limit allows. `deadline`
    /// is the deadline for a call to a remote storage.
    pub(crate) fn new(stores: Stores, cap: Option<usize>, deadline: Duration) -> Self {
        let (cap, patience) = (cap.unwrap_or_else(affordable).max(1), deadline.max(OPENING));
        Self { stores, cap, patience, tick: AtomicU64::new(1), open: Mutex::default() }
    }

    /// Leases the tenant's database, and opens it first if it is closed. It does not check whether the tenant may be used.
    pub(crate) async fn lease(self: &Arc<Self>, tenant: &Arc<Tenant>, now: Timestamp) -> Result<Lease, Error> {
        let tick = self.tick.fetch_add(1, Ordering::Relaxed);
        if let Ok(Some(lease)) = tenant.open_lease_now(tick)
            && !lease.is_ailing()
        {
            return Ok(lease);
        }
        let waiting = timeout(self.patience, self.lease_opened(tenant, tick, now));
        waiting.await.unwrap_or(Err(Error::busy("the database did not open in time")))
    }

    async fn lease_opened(self: &Arc<Self>, tenant: &Arc<Tenant>, tick: u64, now: Timestamp) -> Result<Lease, Error> {
        if !tenant.opening.is_under_way()
            && let Some(lease) = tenant.open_lease(tick).await
            && !lease.is_ailing()
        {
            return Ok(lease);
        }
        tenant.opening.join(|| Arc::clone(self).open(Arc::clone(tenant), now)).await?;
        tenant.open_lease(tick).await.ok_or(Error::busy("the database was closed again"))
    }

    /// Opens a database under the write lock of its slot, so that nothing else opens it meanwhile. If the open database's file
    /// has failed, that database is closed first: the file may have been repaired or replaced.
    async fn open(self: Arc<Self>, tenant: Arc<Tenant>, now: Timestamp) -> Result<(), Failure> {
        let mut slot = Arc::clone(&tenant.slot).write_owned().await;
        if slot.as_ref().is_some_and(|database| !database.is_ailing()) {
            return Ok(());
        }
        if let Some(ailing) = slot.take() {
            ailing.close().await;
            self.known().remove(&tenant.id);
        }
        // The holder of the maintenance lock closes the database. If it were opened now, it would stay open.
        tenant.is_free().map_err(|_held| Failure::Held)?;
        self.reserve(&tenant).await?;
        let location = tenant.location();
        let database = self.stores.open_database(&location, now).await.inspect_err(|error| {
            self.known().remove(&tenant.id);
            let (name, database, storage) = (&tenant.record().name, &location.name, location.storage);
            tracing::error!(tenant = %name, database, %storage, error = chain(error), "a database did not open");
        })?;
        *slot = Some(database);
        Ok(())
    }

    /// Takes a place in the pool. While there is none, it closes the least recently used database without a lease.
    async fn reserve(&self, tenant: &Arc<Tenant>) -> Result<(), Failure> {
        while !self.take_place(tenant) {
            let mut candidates: Vec<_> = self.known().values().cloned().collect();
            candidates.sort_unstable_by_key(|tenant| tenant.used.load(Ordering::Relaxed));
            let free = candidates.into_iter().find_map(|tenant| {
                let slot = Arc::clone(&tenant.slot).try_write_owned().ok()?;
                Some((tenant, slot))
            });
            let (idle, mut slot) = free.ok_or(Failure::NoRoom)?;
            if let Some(database) = slot.take() {
                database.close().await;
            }
            self.known().remove(&idle.id);
        }
        Ok(())
    }

    fn take_place(&self, tenant: &Arc<Tenant>) -> bool {
        let mut known = self.known();
        let free = known.len() < self.cap;
        if free {
            known.insert(tenant.id, Arc::clone(tenant));
        }
        free
    }

    /// Closes a tenant's database once its leases are gone. If they take too long, it interrupts their statements.
    ///
    /// # Errors
    /// When a lease is still held after that. The next call closes the database then.
    pub(crate) async fn close(&self, tenant: &Tenant) -> Result<(), Error> {
        let wait = || timeout(LEAVING, Arc::clone(&tenant.slot).write_owned());
        let mut slot = match wait().await {
            Ok(slot) => slot,
            Err(_late) => {
                tenant.slot.read().await.as_ref().inspect(|database| database.interrupt());
                wait().await.map_err(|_| Error::busy("a request is still in the tenant"))?
            }
        };
        if let Some(database) = slot.take() {
            database.close().await;
            self.known().remove(&tenant.id);
        }
        Ok(())
    }

    /// Closes all databases, several at a time. The last requests have ended.
    pub(crate) async fn close_all(self: &Arc<Self>) {
        let all: Vec<_> = self.known().values().cloned().collect();
        for some in all.chunks(AT_ONCE) {
            let mut closing = JoinSet::new();
            for tenant in some {
                let (pool, tenant) = (Arc::clone(self), Arc::clone(tenant));
                closing.spawn(async move { pool.close(&tenant).await });
            }
            closing.join_all().await;
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, Arc<Tenant>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Raises the soft limit on file descriptors to the hard limit. Returns how many open databases it allows.
fn affordable() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let bears = descriptors.saturating_sub(RESERVE.min(descriptors / 2)) / DESCRIPTORS;
    usize::try_from(bears.min(MOST)).unwrap_or(usize::MAX)
}
