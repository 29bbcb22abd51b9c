//! `Opening`: at most one opening of a tenant's database at a time. Requests that come meanwhile wait for the same opening and
//! share its result. A database that cannot be opened therefore costs one attempt, not one for each request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use storage::StorageError;
use tokio::sync::watch;

use crate::{Error, fleet::tenants::HELD};

/// The opening of one tenant's database, if one is running.
#[derive(Default)]
pub(crate) struct Opening(Mutex<Option<watch::Receiver<Option<Outcome>>>>);

type Outcome = Result<(), Failure>;

/// Why a database did not open. All waiting requests get it.
#[derive(Clone)]
pub(crate) enum Failure {
    /// The connection limit is reached, and every open database is in use.
    NoRoom,
    /// Another operation holds the maintenance lock.
    Held,
    /// The storage returned an error.
    Storage(Arc<StorageError>),
}

impl Opening {
    pub(crate) fn is_under_way(&self) -> bool {
        self.state().as_ref().is_some_and(is_under_way)
    }

    /// Waits for the running opening, or starts `open` if there is none. The opening is a task of its own, so it continues when
    /// its caller goes away.
    pub(crate) async fn join<F>(&self, open: impl FnOnce() -> F) -> Result<(), Error>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut outcome = self.begun(open);
        let outcome = outcome.wait_for(Option::is_some).await.map(|outcome| outcome.clone());
        outcome.map_err(|broke_off| Error::Internal(broke_off.into()))?.unwrap_or(Ok(())).map_err(Error::from)
    }

    fn begun<F>(&self, open: impl FnOnce() -> F) -> watch::Receiver<Option<Outcome>>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let mut state = self.state();
        if let Some(outcome) = state.as_ref().filter(|outcome| is_under_way(outcome)) {
            return outcome.clone();
        }
        let (tell, outcome) = watch::channel(None);
        let opening = open();
        tokio::spawn(async move { tell.send_replace(Some(opening.await)) });
        state.insert(outcome).clone()
    }

    fn state(&self) -> MutexGuard<'_, Option<watch::Receiver<Option<Outcome>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the opening has neither ended nor been cancelled.
fn is_under_way(outcome: &watch::Receiver<Option<Outcome>>) -> bool {
    outcome.borrow().is_none() && outcome.has_changed().is_ok()
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Storage(Arc::new(error))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoRoom => Self::busy("every open database is in use"),
            Failure::Held => HELD,
            Failure::Storage(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn all_who_come_meanwhile_share_one_opening_and_the_next_begins_another() {
        let (opening, tries) = (Opening::default(), Arc::new(AtomicUsize::new(0)));
        let open = || {
            let tries = Arc::clone(&tries);
            async move {
                tries.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Err(StorageError::Missing.into())
            }
        };
        for tried in 1..=2 {
            let all = tokio::join!(opening.join(open), opening.join(open), opening.join(open));
            assert!(matches!(all, (Err(Error::Unavailable { .. }), Err(_), Err(_))));
            assert_eq!(tries.load(Ordering::Relaxed), tried);
        }
    }

    #[tokio::test]
    async fn an_opening_goes_on_when_whoever_asked_for_it_has_left() {
        let opening = Opening::default();
        let (done, is_done) = tokio::sync::oneshot::channel();
        let open = || async {
            tokio::task::yield_now().await;
            done.send(()).map_err(|()| Failure::NoRoom)
        };
        tokio::select! {
            biased;
            _ = opening.join(open) => panic!("it was not under way"),
            () = std::future::ready(()) => {}
        }
        is_done.await.unwrap();
    }
}
