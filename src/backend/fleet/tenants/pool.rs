//! The pool of open databases: opened when somebody comes with a right, one opening at a time for each tenant, and as
//! many as the descriptor limit bears. The least recently used one that nobody leases makes room for the next.

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

/// How long a request waits for a database to open, in all, unless a call to a storage elsewhere may take longer.
const OPENING: Duration = Duration::from_secs(2);
/// How long suspending or closing waits for the leases before it interrupts what they run.
const LEAVING: Duration = Duration::from_secs(5);
/// Descriptors that a WAL database with a reader and a writer takes.
const DESCRIPTORS: u64 = 5;
/// Descriptors left for connections and everything else.
const RESERVE: u64 = 1024;
/// Opening scans all open databases: above this it grows slow.
const MOST: u64 = 2000;
/// So many are closed at once.
const AT_ONCE: usize = 16;

/// Which databases are open.
pub(crate) struct Pool {
    stores: Stores,
    cap: usize,
    patience: Duration,
    tick: AtomicU64,
    open: Mutex<HashMap<TenantId, Arc<Tenant>>>,
}

impl Pool {
    /// At most `cap` open at once; without it, what the descriptor limit bears. `deadline` is that of a call to a storage
    /// elsewhere.
    pub(crate) fn new(stores: Stores, cap: Option<usize>, deadline: Duration) -> Self {
        let (cap, patience) = (cap.unwrap_or_else(affordable).max(1), deadline.max(OPENING));
        Self { stores, cap, patience, tick: AtomicU64::new(1), open: Mutex::default() }
    }

    /// The tenant's database, opened first if it is closed. Does not ask whether the tenant may be used.
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

    /// Opens it under the write guard, so that nobody else opens it meanwhile. One whose file failed it is closed first:
    /// the file may have been put right, or there may be another in its place.
    async fn open(self: Arc<Self>, tenant: Arc<Tenant>, now: Timestamp) -> Result<(), Failure> {
        let mut slot = Arc::clone(&tenant.slot).write_owned().await;
        if slot.as_ref().is_some_and(|database| !database.is_ailing()) {
            return Ok(());
        }
        if let Some(ailing) = slot.take() {
            ailing.close().await;
            self.known().remove(&tenant.id);
        }
        // The holder of the maintenance lock closes the database: one that is opened now would stay open.
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

    /// Takes one of the places; closes the least recently used databases that nobody leases until there is one.
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

    /// Closes a tenant's database once its leases are gone; after a while it interrupts what they run.
    ///
    /// # Errors
    /// When a lease is held all the same; the database is then closed by whoever closes it next.
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

    /// Closes all of them, several at a time: the last requests are over.
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

/// Raises the soft descriptor limit to the hard one, and says how many databases that bears.
fn affordable() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let bears = descriptors.saturating_sub(RESERVE.min(descriptors / 2)) / DESCRIPTORS;
    usize::try_from(bears.min(MOST)).unwrap_or(usize::MAX)
}
