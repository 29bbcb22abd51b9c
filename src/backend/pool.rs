//! The pool of open databases: opened when somebody comes with a right, one opening at a time for each tenant, and as
//! many as the descriptor limit bears. The least recently used one that nobody leases makes room for the next.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::TenantId;
use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::timeout;

use crate::{
    Error,
    storage::{Database, StorageError, TENANT},
    tenant::{Lease, Tenant},
};

/// How long a request waits for a database to open.
const OPENING: Duration = Duration::from_secs(2);
/// How long suspending or closing waits for the leases before it interrupts what they run.
const LEAVING: Duration = Duration::from_secs(5);
/// Descriptors that a WAL database with a reader and a writer takes.
const DESCRIPTORS: u64 = 5;
/// Descriptors left for connections and everything else.
const RESERVE: u64 = 1024;
/// Opening scans all open databases: above this it grows slow.
const MOST: u64 = 2000;

/// Which databases are open.
pub(crate) struct Pool {
    cap: usize,
    tick: AtomicU64,
    open: Mutex<HashMap<TenantId, Arc<Tenant>>>,
}

impl Pool {
    /// At most `cap` open at once; without it, what the descriptor limit bears.
    pub(crate) fn new(cap: Option<usize>) -> Self {
        Self { cap: cap.unwrap_or_else(affordable).max(1), tick: AtomicU64::new(1), open: Mutex::default() }
    }

    /// The tenant's database, opened first if it is closed. Does not ask whether the tenant may be used.
    pub(crate) async fn lease(
        self: &Arc<Self>,
        tenant: &Arc<Tenant>,
        path: PathBuf,
        now: Timestamp,
    ) -> Result<Lease, Error> {
        let tick = self.tick.fetch_add(1, Ordering::Relaxed);
        let late = |_| Error::busy("the database did not open in time");
        if let Some(lease) = timeout(OPENING, tenant.open_lease(tick)).await.map_err(late)? {
            return Ok(lease);
        }
        // A task of its own: an opening that is under way goes on when whoever asked for it has left.
        let opening = tokio::spawn(Arc::clone(self).open(Arc::clone(tenant), path, now));
        timeout(OPENING, opening).await.map_err(late)?.map_err(|error| Error::Internal(error.into()))??;
        timeout(OPENING, tenant.open_lease(tick))
            .await
            .map_err(late)?
            .ok_or(Error::busy("the database was closed again"))
    }

    /// Opens it under the write guard, so that nobody else opens it meanwhile.
    async fn open(self: Arc<Self>, tenant: Arc<Tenant>, path: PathBuf, now: Timestamp) -> Result<(), Error> {
        let mut slot = Arc::clone(&tenant.slot).write_owned().await;
        if slot.is_some() {
            return Ok(());
        }
        self.make_room().await?;
        let opened = tokio::task::spawn_blocking(move || Database::open(&path, &TENANT, now)).await;
        let database = opened.map_err(|_| StorageError::Lost)?.inspect_err(|error| {
            tracing::error!(tenant = %tenant.record().name, database = tenant.database, error = chain(error), "a database did not open");
        })?;
        *slot = Some(database);
        self.known().insert(tenant.id, Arc::clone(&tenant));
        Ok(())
    }

    /// Closes the least recently used databases that nobody leases, until one more may be opened.
    async fn make_room(&self) -> Result<(), Error> {
        while self.known().len() >= self.cap {
            let mut candidates: Vec<_> = self.known().values().cloned().collect();
            candidates.sort_unstable_by_key(|tenant| tenant.used.load(Ordering::Relaxed));
            let free = candidates.into_iter().find_map(|tenant| {
                let slot = Arc::clone(&tenant.slot).try_write_owned().ok()?;
                Some((tenant, slot))
            });
            let (tenant, mut slot) = free.ok_or(Error::busy("every open database is in use"))?;
            self.known().remove(&tenant.id);
            if let Some(database) = slot.take() {
                database.close().await;
            }
        }
        Ok(())
    }

    /// Closes a tenant's database once its leases are gone; after a while it interrupts what they run.
    pub(crate) async fn close(&self, tenant: &Tenant) {
        let leaving = timeout(LEAVING, Arc::clone(&tenant.slot).write_owned()).await;
        let mut slot = match leaving {
            Ok(slot) => slot,
            Err(_late) => {
                tenant.slot.read().await.as_ref().inspect(|database| database.interrupt());
                Arc::clone(&tenant.slot).write_owned().await
            }
        };
        self.known().remove(&tenant.id);
        if let Some(database) = slot.take() {
            database.close().await;
        }
    }

    /// Closes all of them: the last requests are over.
    pub(crate) async fn close_all(&self) {
        let all: Vec<_> = self.known().values().cloned().collect();
        for tenant in all {
            self.close(&tenant).await;
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

/// An error with its sources, for one line of the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
