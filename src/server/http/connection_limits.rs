//! `Places`: how many connections there may be, in all and from one address. Where all places are taken, a newcomer gets the
//! place of the connection that has sent nothing whole for longest, of the address that has most: slow clients keep nobody out.

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

/// Connections at a time; more wait to be accepted.
const ALL: usize = 1024;
/// Connections at a time from one address; more are closed.
const EACH: usize = 128;

/// After so long a newcomer for whom there was no room asks again who could leave.
const AGAIN: Duration = Duration::from_millis(100);

type Connections = HashMap<Client, Vec<Arc<Activity>>>;
type Taken = Arc<Mutex<Connections>>;

/// Who has connections: a network of clients, or all trusted proxies together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Client {
    Network(IpAddr),
    Proxies,
}

/// What there is room for.
pub(crate) struct Places {
    free: Arc<Semaphore>,
    taken: Taken,
}

/// Room for one connection, until it is dropped.
pub(crate) struct Place {
    _room: OwnedSemaphorePermit,
    /// What the connection does.
    pub(crate) activity: Arc<Activity>,
    client: Client,
    taken: Taken,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self { free: Arc::new(Semaphore::new(ALL)), taken: Taken::default() }
    }

    /// A place for a connection from this address. None if the address has all that one may have.
    pub(crate) async fn place(&self, address: IpAddr, is_proxy: bool) -> Option<Place> {
        let client = if is_proxy { Client::Proxies } else { Client::Network(backend::subscriber(address)) };
        if client != Client::Proxies && self.count(client) >= EACH {
            return None;
        }
        let room = self.room(client).await?;
        let activity = Arc::new(Activity::new());
        locked(&self.taken).entry(client).or_default().push(Arc::clone(&activity));
        Some(Place { _room: room, activity, client, taken: Arc::clone(&self.taken) })
    }

    /// Waits until there is room for one more. None never comes: nobody closes the semaphore.
    async fn room(&self, newcomer: Client) -> Option<OwnedSemaphorePermit> {
        loop {
            if self.free.available_permits() == 0 {
                self.make_room(newcomer);
            }
            // Where nobody could be asked to leave, somebody may begin to be slow.
            if let Ok(room) = timeout(AGAIN, Arc::clone(&self.free).acquire_owned()).await {
                return room.ok();
            }
        }
    }

    fn count(&self, client: Client) -> usize {
        locked(&self.taken).get(&client).map_or(0, Vec::len)
    }

    /// Ends the connection that waits for longest, of the network that has most places and no fewer than the newcomer's. Only
    /// where no such network has one does a proxy lose its connection: behind it are many clients.
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

impl Drop for Place {
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

/// The map is whole at every moment: a panic elsewhere spoils nothing.
fn locked(taken: &Taken) -> MutexGuard<'_, Connections> {
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
        let places = Places::new();
        let mut held = Vec::new();
        for last in 1..=8 {
            for _ in 0..EACH {
                held.push(places.place(IpAddr::from([192, 0, 2, last]), false).await.unwrap());
            }
        }
        // One address has fewer than the others, and all of another's connections are being answered.
        held.remove(0);
        held.push(places.place(IpAddr::from([198, 51, 100, 1]), false).await.unwrap());
        held[EACH - 1..EACH * 2 - 1].iter().for_each(|place| place.activity.is_answered());
        let newcomer = places.place(IpAddr::from([203, 0, 113, 1]), false);
        tokio::pin!(newcomer);
        assert!(futures_now(&mut newcomer).is_none(), "nobody has left yet");
        let ended: Vec<_> = (0..held.len()).filter(|&place| held[place].activity.has_ended()).collect();
        assert_eq!(ended, [EACH * 2 - 1]);
        held.remove(ended[0]);
        assert!(futures_now(&mut newcomer).flatten().is_some());
    }

    #[tokio::test]
    async fn a_proxy_loses_an_idle_connection_only_where_no_other_client_has_one() {
        let places = Places::new();
        let proxy = IpAddr::from([192, 0, 2, 1]);
        let mut held = Vec::new();
        for _ in 0..ALL - 1 {
            held.push(places.place(proxy, true).await.unwrap());
        }
        held.push(places.place(IpAddr::from([198, 51, 100, 1]), false).await.unwrap());
        for ended in [ALL - 1, 0] {
            let newcomer = places.place(proxy, true);
            tokio::pin!(newcomer);
            assert!(futures_now(&mut newcomer).is_none());
            let gone: Vec<_> = (0..held.len()).filter(|&place| held[place].activity.has_ended()).collect();
            assert_eq!(gone, [ended]);
            held.remove(ended);
            held.push(newcomer.await.unwrap());
        }
    }

    #[tokio::test]
    async fn an_address_that_has_most_makes_room_for_itself_and_nobody_behind_it_waits() {
        let places = Places::new();
        let mut held = Vec::new();
        for last in 1..=8 {
            for _ in 0..EACH {
                held.push(places.place(IpAddr::from([192, 0, 2, last]), false).await.unwrap());
            }
        }
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

    /// What a future gives when it is polled once.
    fn futures_now<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::pin::Pin::new(future).poll(&mut context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }
}
