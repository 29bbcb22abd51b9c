//! Spare databases, kept ready so that a sign-up does not wait for one. The owner reserves each location in the catalog before
//! the database is created, creates it, and runs `refill` in the background. A sign-up takes a spare database or creates its
//! own.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use super::backoff::Backoff;
use crate::{DatabaseLocation, Random, Result, chain};

/// Upper bound of the first pause after a failure.
const FIRST: Duration = Duration::from_secs(1);
/// Upper bound of all pauses.
const MOST: Duration = Duration::from_mins(1);

/// Keeps `wanted` databases ready. A location is first `reserved` (in the catalog, and perhaps created), then `ready`, and then
/// taken by a sign-up.
#[derive(Debug)]
pub struct Spares {
    wanted: usize,
    state: Mutex<State>,
    taken: Notify,
}

#[derive(Debug, Default)]
struct State {
    reserved: VecDeque<DatabaseLocation>,
    ready: VecDeque<DatabaseLocation>,
}

impl Spares {
    /// A list of spare databases. `refill` keeps `wanted` of them ready.
    pub fn new(wanted: usize) -> Self {
        Self { wanted, state: Mutex::default(), taken: Notify::new() }
    }

    /// Adds locations that the catalog has from an earlier run. They are used first.
    pub fn remember(&self, reserved: impl IntoIterator<Item = DatabaseLocation>) {
        self.state().reserved.extend(reserved);
    }

    /// Takes a database that is ready, if there is one. `refill` then creates another.
    pub fn take(&self) -> Option<DatabaseLocation> {
        let spare = self.state().ready.pop_front()?;
        self.taken.notify_one();
        Some(spare)
    }

    /// Creates databases whenever some are missing, for as long as it is polled. Run it only once.
    ///
    /// `reserve` writes a new location into the catalog. `make` creates the database there, unless it exists, and waits until
    /// it answers. If that fails, the same location is tried again, and no other is reserved for it.
    pub async fn refill<R, M>(&self, random: &dyn Random, reserve: impl Fn() -> R, make: impl Fn(DatabaseLocation) -> M)
    where
        R: Future<Output = Result<DatabaseLocation>>,
        M: Future<Output = Result<DatabaseLocation>>,
    {
        let mut backoff = Backoff::new(FIRST, MOST);
        loop {
            while self.is_full() {
                self.taken.notified().await;
            }
            let Err(error) = self.add(&reserve, &make).await else {
                backoff = Backoff::new(FIRST, MOST);
                continue;
            };
            tracing::warn!(error = chain(&error), "no spare database could be made");
            sleep(backoff.pause(random)).await;
        }
    }

    /// Adds one database, at a location that was reserved before or at a new one.
    async fn add<R, M>(&self, reserve: &impl Fn() -> R, make: &impl Fn(DatabaseLocation) -> M) -> Result<()>
    where
        R: Future<Output = Result<DatabaseLocation>>,
        M: Future<Output = Result<DatabaseLocation>>,
    {
        let before = self.state().reserved.pop_front();
        let location = match before {
            Some(location) => location,
            None => reserve().await?,
        };
        let spare = make(location.clone()).await.inspect_err(|_| self.state().reserved.push_back(location))?;
        self.state().ready.push_back(spare);
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.state().ready.len() >= self.wanted
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
