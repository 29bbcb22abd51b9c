//! Databases kept ready, so that signing up need not wait for one. The owner reserves each place in the catalog before
//! the database is made, makes it, and runs `refill` in the background; a sign-up takes one, or makes its own.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use super::backoff::Backoff;
use crate::{DatabaseLocation, Random, Result, chain};

/// After a failure the next try waits for at most this at first,
const FIRST: Duration = Duration::from_secs(1);
/// and for at most this in the end.
const MOST: Duration = Duration::from_mins(1);

/// So many databases ready. A place goes from `reserved` (in the catalog; perhaps made) to `ready` to whoever takes it.
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
    /// Keeps `wanted` ready.
    pub fn new(wanted: usize) -> Self {
        Self { wanted, state: Mutex::default(), taken: Notify::new() }
    }

    /// Places that the catalog has from before: those come first.
    pub fn remember(&self, reserved: impl IntoIterator<Item = DatabaseLocation>) {
        self.state().reserved.extend(reserved);
    }

    /// A database that is ready, if there is one; another is made in its place.
    pub fn take(&self) -> Option<DatabaseLocation> {
        let spare = self.state().ready.pop_front()?;
        self.taken.notify_one();
        Some(spare)
    }

    /// Makes databases whenever some are wanting, for as long as it is polled. To be run once.
    ///
    /// `reserve` writes a new place into the catalog; `make` makes the database there, unless it is made, and waits till
    /// it answers. One that could not be made is tried again: no other is reserved in its stead.
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

    /// One more: reserved before, or a new one.
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
