//! `CleanupQueue`: tenants and databases whose deletion failed because their storage did not answer. A background task tries
//! them again, with growing pauses. The catalog lists them too, so the next start continues after a stop.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::TenantState;
use storage::{DatabaseLocation, chain};
use tokio::{sync::Notify, time::sleep};

use crate::{Backend, Error, fleet::catalog::DatabaseState, fleet::tenants::Tenant};

/// The first pause before another try,
const FIRST: Duration = Duration::from_millis(500);
/// and the longest.
const MOST: Duration = Duration::from_secs(30);

/// One deletion that is to be tried again.
pub(crate) enum Cleanup {
    /// A tenant whose create failed, or that is being deleted.
    Tenant(Arc<Tenant>),
    /// A database that no tenant uses.
    Database(DatabaseLocation),
}

/// The deletions that are to be tried again.
#[derive(Default)]
pub(crate) struct CleanupQueue {
    waiting: Mutex<Vec<Cleanup>>,
    come: Notify,
}

impl CleanupQueue {
    /// Adds a deletion.
    pub(crate) fn add(&self, cleanup: Cleanup) {
        self.waiting().push(cleanup);
        self.come.notify_one();
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Cleanup>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend {
    /// Runs the queue. It never returns: drop it to stop.
    pub async fn run_cleanup(&self) {
        loop {
            self.cleanup.come.notified().await;
            let mut pause = FIRST;
            while !self.cleanup.waiting().is_empty() {
                sleep(pause).await;
                pause = (pause * 2).min(MOST);
                self.try_again().await;
            }
        }
    }

    async fn try_again(&self) {
        let waiting = std::mem::take(&mut *self.cleanup.waiting());
        for leftover in waiting {
            if let Err(error) = self.remove_left(&leftover).await {
                tracing::debug!(error = chain(&error), "what is left stays for now");
                self.cleanup.waiting().push(leftover);
            }
        }
    }

    async fn remove_left(&self, leftover: &Cleanup) -> Result<(), Error> {
        match leftover {
            Cleanup::Tenant(tenant) => {
                let Some(tenant) = self.catalog.by_id(tenant.id) else { return Ok(()) };
                match tenant.record().state {
                    TenantState::Creating => self.try_rollback_create(&tenant).await?,
                    TenantState::Deleting => self.finish_deletion(&tenant).await?,
                    TenantState::Active | TenantState::Suspended => return Ok(()),
                }
                tracing::info!(tenant = %tenant.record().name, "what was left of a tenant is gone");
            }
            Cleanup::Database(location) => {
                let is_nobodys = |state| matches!(state, DatabaseState::Making | DatabaseState::Leaving);
                let known = self.catalog.databases()?.into_iter().find(|known| known.location.name == location.name);
                if known.is_some_and(|known| is_nobodys(known.state)) {
                    self.remove(location).await?;
                    tracing::info!(database = location.name, "a database that was left is gone");
                }
            }
        }
        Ok(())
    }
}
