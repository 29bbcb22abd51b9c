//! Databases kept ready, so that signing up need not wait for one. The owner reserves each name in the catalog before
//! the database is made, makes it, and runs `refill` in the background; a sign-up takes one, or makes its own.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use super::backoff::Backoff;
use crate::{Random, error::chain, storage::Result};

/// After a failure the next try waits for at most this at first,
const FIRST: Duration = Duration::from_secs(1);
/// and for at most this in the end.
const MOST: Duration = Duration::from_mins(1);

/// A database that nobody uses yet, and that answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spare {
    pub(crate) name: String,
    pub(crate) hostname: String,
}

/// So many databases ready. A name goes from `reserved` (in the catalog; perhaps made) to `ready` to whoever takes it.
#[derive(Debug)]
pub(crate) struct ReadyPool {
    wanted: usize,
    state: Mutex<State>,
    taken: Notify,
}

#[derive(Debug, Default)]
struct State {
    reserved: VecDeque<String>,
    ready: VecDeque<Spare>,
}

impl ReadyPool {
    /// Keeps `wanted` ready. `reserved` are the names that the catalog has from before: those come first.
    pub(crate) fn new(wanted: usize, reserved: impl IntoIterator<Item = String>) -> Self {
        let state = State { reserved: reserved.into_iter().collect(), ready: VecDeque::new() };
        Self { wanted, state: Mutex::new(state), taken: Notify::new() }
    }

    /// A database that is ready, if there is one; another is made in its place.
    pub(crate) fn take(&self) -> Option<Spare> {
        let spare = self.state().ready.pop_front()?;
        self.taken.notify_one();
        Some(spare)
    }

    /// Makes databases whenever some are wanting, for as long as it is polled. To be run once.
    ///
    /// `reserve` writes a new name into the catalog; `make` makes the database of that name, unless it is there, and waits
    /// till it answers. A name whose database could not be made is tried again: no name is reserved in its stead.
    pub(crate) async fn refill<R, M>(&self, random: &dyn Random, reserve: impl Fn() -> R, make: impl Fn(String) -> M)
    where
        R: Future<Output = Result<String>>,
        M: Future<Output = Result<Spare>>,
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

    /// One more: of a name reserved before, or of a new one.
    async fn add<R, M>(&self, reserve: &impl Fn() -> R, make: &impl Fn(String) -> M) -> Result<()>
    where
        R: Future<Output = Result<String>>,
        M: Future<Output = Result<Spare>>,
    {
        let before = self.state().reserved.pop_front();
        let name = match before {
            Some(name) => name,
            None => reserve().await?,
        };
        let spare = make(name.clone()).await.inspect_err(|_| self.state().reserved.push_back(name))?;
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
