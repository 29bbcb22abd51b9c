//! `CleanupQueue`: tenants and databases whose deletion failed because their storage did not answer. A background task retries
//! them, with growing pauses. The catalog lists them too, so the next start continues after a stop.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::TenantState;
use storage::{DatabaseLocation, chain};
use tokio::{sync::Notify, time::sleep};

use crate::{Backend, Error, fleet::catalog::DatabaseState, fleet::tenants::Tenant};

/// The pause before the first retry.
const FIRST: Duration = Duration::from_millis(500);
/// The longest pause between two retries.
const MOST: Duration = Duration::from_secs(30);

/// A deletion to retry.
pub(crate) enum Cleanup {
    /// A tenant whose create failed, or that is being deleted.
    Tenant(Arc<Tenant>),
    /// A database that no tenant uses.
    Database(DatabaseLocation),
}

/// The deletions to retry.
#[derive(Default)]
pub(crate) struct CleanupQueue {
    waiting: Mutex<Vec<Cleanup>>,
    come: Notify,
}

impl CleanupQueue {
    /// Adds a deletion to the queue.
    pub(crate) fn add(&self, cleanup: Cleanup) {
        self.waiting().push(cleanup);
        self.come.notify_one();
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Cleanup>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend {
    /// Runs the queue. It never returns: drop the future to stop it.
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
                tracing::debug!(error = chain(&error), "a deletion failed again and stays in the cleanup queue");
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
                tracing::info!(tenant = %tenant.record().name, "a tenant was deleted by the cleanup queue");
            }
            Cleanup::Database(location) => {
                let is_nobodys = |state| matches!(state, DatabaseState::Making | DatabaseState::Leaving);
                let known = self.catalog.databases()?.into_iter().find(|known| known.location.name == location.name);
                if known.is_some_and(|known| is_nobodys(known.state)) {
                    self.remove(location).await?;
                    tracing::info!(database = location.name, "a database was deleted by the cleanup queue");
                }
            }
        }
        Ok(())
    }
}
