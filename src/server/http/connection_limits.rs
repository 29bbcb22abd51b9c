//! `ConnectionLimiter`: the connection limits, in all and for each address. When all places are taken, a new connection gets
//! the place of a waiting one: of the address with most connections, the connection that has waited longest for its client. So
//! slow clients keep no other client out.

use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::http::activity::Activity;

/// Connection limit of the server. Further connections wait to be accepted.
const ALL: usize = 1024;
/// Connection limit of one address. Further connections are closed.
const EACH: usize = 128;

/// Interval at which a new connection looks again for a waiting one to end.
const AGAIN: Duration = Duration::from_millis(100);

type Connections = HashMap<Client, Vec<Arc<Activity>>>;
type Taken = Arc<Mutex<Connections>>;

/// The owner of connections: a network of clients, or all trusted proxies together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Client {
    Network(IpAddr),
    Proxies,
}

/// The free places, and the connections that have one.
pub(crate) struct ConnectionLimiter {
    free: Arc<Semaphore>,
    taken: Taken,
}

/// A place for one connection. It is free again on drop.
pub(crate) struct ConnectionSlot {
    _room: OwnedSemaphorePermit,
    /// Whether the connection waits for its client.
    pub(crate) activity: Arc<Activity>,
    client: Client,
    taken: Taken,
}

impl ConnectionLimiter {
    pub(crate) fn new() -> Self {
        Self { free: Arc::new(Semaphore::new(ALL)), taken: Taken::default() }
    }

    /// Waits for a place for a connection from this address. `None` means that the address is at its limit.
    pub(crate) async fn place(&self, address: IpAddr, is_proxy: bool) -> Option<ConnectionSlot> {
        let client = if is_proxy { Client::Proxies } else { Client::Network(backend::subscriber(address)) };
        if client != Client::Proxies && self.count(client) >= EACH {
            return None;
        }
        let room = self.room(client).await?;
        let activity = Arc::new(Activity::new());
        locked(&self.taken).entry(client).or_default().push(Arc::clone(&activity));
        Some(ConnectionSlot { _room: room, activity, client, taken: Arc::clone(&self.taken) })
    }

    /// Waits until there is room for one more connection. Never returns `None`, because the semaphore is never closed.
    async fn room(&self, newcomer: Client) -> Option<OwnedSemaphorePermit> {
        loop {
            if self.free.available_permits() == 0 {
                self.make_room(newcomer);
            }
            // If no connection could be ended now, one may begin to wait for its client later.
            if let Ok(room) = timeout(AGAIN, Arc::clone(&self.free).acquire_owned()).await {
                return room.ok();
            }
        }
    }

    fn count(&self, client: Client) -> usize {
        locked(&self.taken).get(&client).map_or(0, Vec::len)
    }

    /// Ends the connection that has waited longest, of the client with most connections, if that client has no fewer than the
    /// newcomer. A proxy loses a connection only if no network has a waiting one, because a proxy serves many clients.
    fn make_room(&self, newcomer: Client) {
        let taken = locked(&self.taken);
        let own = if newcomer == Client::Proxies { 0 } else { taken.get(&newcomer).map_or(0, Vec::len) };
        let waiting = taken.iter().filter(|(_, places)| places.len() >= own).filter_map(|(client, places)| {
            let longest =
                places.iter().filter_map(|place| Some((place.waits_since()?, place))).min_by_key(|(at, _)| *at);
            longest.map(|(since, place)| ((*client != Client::Proxies, places.len(), Reverse(since)), place))
        });
        if let Some((_, place)) = waiting.max_by_key(|(rank, _)| *rank) {
            place.end();
        }
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut taken = locked(&self.taken);
        if let Some(places) = taken.get_mut(&self.client) {
            places.retain(|place| !Arc::ptr_eq(place, &self.activity));
            if places.is_empty() {
                taken.remove(&self.client);
            }
        }
    }
}

/// Locks the map. A poisoned lock is safe to use: no change leaves the map incomplete.
fn locked(taken: &Taken) -> MutexGuard<'_, Connections> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_address_has_so_many_places_and_a_proxy_has_no_such_limit() {
        let places = ConnectionLimiter::new();
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
                held.extend(places.place(address.parse().unwrap(), is_proxy).await);
            }
            assert_eq!(held.len() - before, had, "{address}");
        }
        held.clear();
        assert!(locked(&places.taken).is_empty());
        assert_eq!(places.free.available_permits(), ALL);
    }

    #[tokio::test]
    async fn a_newcomer_gets_the_place_of_the_slowest_client_of_the_address_that_has_most() {
        let places = ConnectionLimiter::new();
        let mut held = full(&places).await;
        // One address has fewer connections than the others, and all connections of another address are being answered.
        held.remove(0);
        held.push(places.place(IpAddr::from([198, 51, 100, 1]), false).await.unwrap());
        held[EACH - 1..EACH * 2 - 1].iter().for_each(|place| place.activity.is_answered());
        let newcomer = places.place(IpAddr::from([203, 0, 113, 1]), false);
        tokio::pin!(newcomer);
        assert!(futures_now(&mut newcomer).is_none(), "nobody has left yet");
        assert_eq!(ended(&held), [EACH * 2 - 1]);
        held.remove(EACH * 2 - 1);
        assert!(futures_now(&mut newcomer).flatten().is_some());
    }

    #[tokio::test]
    async fn a_proxy_loses_an_idle_connection_only_where_no_other_client_has_one() {
        let places = ConnectionLimiter::new();
        let proxy = IpAddr::from([192, 0, 2, 1]);
        let mut held = Vec::new();
        for _ in 0..ALL - 1 {
            held.push(places.place(proxy, true).await.unwrap());
        }
        held.push(places.place(IpAddr::from([198, 51, 100, 1]), false).await.unwrap());
        for last in [ALL - 1, 0] {
            let newcomer = places.place(proxy, true);
            tokio::pin!(newcomer);
            assert!(futures_now(&mut newcomer).is_none());
            assert_eq!(ended(&held), [last]);
            held.remove(last);
            held.push(newcomer.await.unwrap());
        }
    }

    #[tokio::test]
    async fn an_address_that_has_most_makes_room_for_itself_and_nobody_behind_it_waits() {
        let places = ConnectionLimiter::new();
        let mut held = full(&places).await;
        held.remove(0);
        held.push(places.place(IpAddr::from([198, 51, 100, 1]), false).await.unwrap());
        held[..EACH * 8].iter().for_each(|place| place.activity.is_answered());
        held[0].activity.waits();
        let again = places.place(IpAddr::from([192, 0, 2, 1]), false);
        tokio::pin!(again);
        assert!(futures_now(&mut again).is_none());
        assert!(held[0].activity.has_ended());
        held.remove(0);
        assert!(again.await.is_some());
    }

    /// Takes all connections: eight addresses have as many as one may have.
    async fn full(places: &ConnectionLimiter) -> Vec<ConnectionSlot> {
        let mut held = Vec::new();
        for last in 1..=8 {
            for _ in 0..EACH {
                held.push(places.place(IpAddr::from([192, 0, 2, last]), false).await.unwrap());
            }
        }
        held
    }

    /// Which connections were told to end.
    fn ended(held: &[ConnectionSlot]) -> Vec<usize> {
        (0..held.len()).filter(|&place| held[place].activity.has_ended()).collect()
    }

    /// Polls a future once and returns its output, if there is one.
    fn futures_now<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::pin::Pin::new(future).poll(&mut context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }
}
