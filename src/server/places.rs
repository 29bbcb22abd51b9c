//! `Places`: how many connections there may be, in all and from one address, so that nobody can take all of them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at a time; more wait to be accepted.
const ALL: usize = 1024;
/// Connections at a time from one address; more are closed.
const EACH: usize = 128;

type Taken = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// What there is room for.
pub(crate) struct Places {
    free: Arc<Semaphore>,
    taken: Taken,
}

/// Room for one connection, until it is dropped.
pub(crate) struct Place {
    _room: OwnedSemaphorePermit,
    /// Whose it is; a trusted proxy's counts for nobody.
    of: Option<(IpAddr, Taken)>,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { free: Arc::new(Semaphore::new(ALL)), taken: Taken::default() }
    }

    /// Waits until there is room for one more. None never comes: nobody closes the semaphore.
    pub(crate) async fn room(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    /// A place for whoever came, unless they have all that one address may have.
    pub(crate) fn place(&self, room: OwnedSemaphorePermit, address: IpAddr, is_proxy: bool) -> Option<Place> {
        if is_proxy {
            return Some(Place { _room: room, of: None });
        }
        let network = backend::subscriber(address);
        let mut taken = locked(&self.taken);
        let count = taken.entry(network).or_default();
        if *count >= EACH {
            return None;
        }
        *count += 1;
        Some(Place { _room: room, of: Some((network, Arc::clone(&self.taken))) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((network, taken)) = self.of.take() else { return };
        let mut taken = locked(&taken);
        if let Some(count) = taken.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&network);
            }
        }
    }
}

/// A count is whole at every moment: a panic elsewhere spoils nothing.
fn locked(taken: &Taken) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_has_so_many_places_and_a_proxy_has_no_such_limit() {
        let places = Places::new();
        let mut held = Vec::new();
        for (address, is_proxy, wanted, had) in [
            ("192.0.2.1", false, EACH + 1, EACH),
            ("::ffff:192.0.2.1", false, 1, 0),
            ("192.0.2.2", false, 1, 1),
            ("192.0.2.1", true, EACH + 1, EACH + 1),
            ("2001:db8::1", false, EACH, EACH),
            ("2001:db8::ffff:2", false, 1, 0),
            ("2001:db8:0:1::1", false, 1, 1),
        ] {
            let before = held.len();
            for _ in 0..wanted {
                let room = places.room().await.unwrap();
                held.extend(places.place(room, address.parse().unwrap(), is_proxy));
            }
            assert_eq!(held.len() - before, had, "{address}");
        }
        held.clear();
        assert!(locked(&places.taken).is_empty());
        assert_eq!(places.free.available_permits(), ALL);
    }
}
