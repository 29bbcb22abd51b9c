//! What could not be removed when its time had come, for its storage did not answer: it is tried again behind everyone's back
//! until it is gone, less and less often. The catalog has all of it: what a stop leaves is for the next start.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::TenantState;
use storage::{Place, chain};
use tokio::{sync::Notify, time::sleep};

use crate::{Backend, Error, catalog::DatabaseState, tenant::Tenant};

/// The first pause before another try,
const FIRST: Duration = Duration::from_millis(500);
/// and the longest.
const MOST: Duration = Duration::from_secs(30);

/// Something that waits to be removed.
pub(crate) enum Leftover {
    /// A tenant that never came to be, or that is on its way out.
    Tenant(Arc<Tenant>),
    /// A database that no tenant has.
    Database(Place),
}

/// All that waits to be removed.
#[derive(Default)]
pub(crate) struct Leftovers {
    waiting: Mutex<Vec<Leftover>>,
    come: Notify,
}

impl Leftovers {
    /// One more.
    pub(super) fn add(&self, leftover: Leftover) {
        self.waiting().push(leftover);
        self.come.notify_one();
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Leftover>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend {
    /// Removes what could not be removed before, for as long as it is polled.
    pub async fn keep_tidy(&self) {
        loop {
            self.left.come.notified().await;
            let mut pause = FIRST;
            while !self.left.waiting().is_empty() {
                sleep(pause).await;
                pause = (pause * 2).min(MOST);
                self.try_again().await;
            }
        }
    }

    async fn try_again(&self) {
        let waiting = std::mem::take(&mut *self.left.waiting());
        for leftover in waiting {
            if let Err(error) = self.remove_left(&leftover).await {
                tracing::debug!(error = chain(&error), "what is left stays for now");
                self.left.waiting().push(leftover);
            }
        }
    }

    async fn remove_left(&self, leftover: &Leftover) -> Result<(), Error> {
        match leftover {
            Leftover::Tenant(tenant) => {
                let Some(tenant) = self.catalog.by_id(tenant.id) else { return Ok(()) };
                match tenant.record().state {
                    TenantState::Creating => self.unmade(&tenant).await?,
                    TenantState::Deleting => self.finish_deletion(&tenant).await?,
                    TenantState::Active | TenantState::Suspended => return Ok(()),
                }
                tracing::info!(tenant = %tenant.record().name, "what was left of a tenant is gone");
            }
            Leftover::Database(place) => {
                let is_nobodys = |state| matches!(state, DatabaseState::Making | DatabaseState::Leaving);
                let known = self.catalog.databases()?.into_iter().find(|known| known.place.name == place.name);
                if known.is_some_and(|known| is_nobodys(known.state)) {
                    self.remove(place).await?;
                    tracing::info!(database = place.name, "a database that was left is gone");
                }
            }
        }
        Ok(())
    }
}
