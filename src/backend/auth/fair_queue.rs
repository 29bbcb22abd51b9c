//! `FairQueue`: the jobs that wait for a hasher thread. Sign-ins, sign-ups and passwords for other users are three classes,
//! each with its own capacity. Within a class the tenants take turns, and within a tenant the networks take turns. The queue
//! holds no lock and reads no clock.

use std::{collections::VecDeque, net::IpAddr};

use domain::TenantId;

/// The kind of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A user signs in.
    SignIn,
    /// A new workspace is signed up.
    SignUp,
    /// A user sets a password for another user. One user can ask for many of these.
    People,
}

/// The owner of a waiting job. Capacity and turns are counted for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) class: Class,
    /// `None` means the base host.
    pub(crate) tenant: Option<TenantId>,
    /// The network of the client, where it counts.
    pub(crate) network: Option<IpAddr>,
}

/// Why the queue refuses a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// The network has reached its own capacity. A tenant's jobs without a network count as one network.
    OwnShare,
    /// The tenant or the class has no capacity left, and no other queue is long enough to lose a job to this one.
    Everyone,
}

/// The capacity of a class.
struct Places {
    in_all: usize,
    of_a_tenant: usize,
    of_a_network: usize,
}

impl Class {
    const fn places(self) -> Places {
        match self {
            Self::SignIn => Places { in_all: 128, of_a_tenant: 64, of_a_network: 32 },
            Self::SignUp => Places { in_all: 64, of_a_tenant: 64, of_a_network: 32 },
            Self::People => Places { in_all: 64, of_a_tenant: 16, of_a_network: 16 },
        }
    }
}

/// The order in which the classes are served. When all three have jobs, every other turn is a sign-in.
const TURNS: [Class; 4] = [Class::SignIn, Class::SignUp, Class::SignIn, Class::People];

/// The queue. Each job has a number, by which it can be removed again.
pub(crate) struct FairQueue<T> {
    classes: [ByTenant<T>; 3],
    turn: usize,
    last: u64,
}

type ByTenant<T> = Ring<Option<TenantId>, Ring<Option<IpAddr>, VecDeque<(u64, T)>>>;

impl<T> FairQueue<T> {
    pub(crate) fn new() -> Self {
        Self { classes: [Ring::new(), Ring::new(), Ring::new()], turn: 0, last: 0 }
    }

    /// Adds a job and returns its number. When the capacity is reached, the tenant (or the network of a tenant) with the most
    /// jobs loses its newest job to one with fewer jobs. So two busy tenants cannot lock out all others.
    pub(crate) fn push(&mut self, share: Share, work: T) -> Result<u64, Full> {
        let places = share.class.places();
        let class = &mut self.classes[share.class as usize];
        let tenant = class.of(&share.tenant).map_or(0, Queue::count);
        let network = class.of(&share.tenant).and_then(|tenant| tenant.of(&share.network)).map_or(0, Queue::count);
        if network >= places.of_a_network {
            return Err(Full::OwnShare);
        }
        if tenant >= places.of_a_tenant {
            class.change(&share.tenant, |of_tenant| of_tenant.displace(network)).ok_or(Full::Everyone)?;
        } else if class.count() >= places.in_all {
            class.displace(tenant).ok_or(Full::Everyone)?;
        }
        self.last += 1;
        class.at(share.tenant).at(share.network).push_back((self.last, work));
        Ok(self.last)
    }

    /// Returns the next job.
    pub(crate) fn pop(&mut self) -> Option<T> {
        for _ in TURNS {
            let class = TURNS[self.turn] as usize;
            self.turn = (self.turn + 1) % TURNS.len();
            if let Some((_, work)) = self.classes[class].next() {
                return Some(work);
            }
        }
        None
    }

    /// Removes a job. `None` means that a thread has taken it already.
    pub(crate) fn remove(&mut self, share: Share, number: u64) -> Option<T> {
        self.classes[share.class as usize].change(&share.tenant, |tenant| {
            tenant.change(&share.network, |waiting| {
                let place = waiting.iter().position(|(each, _)| *each == number)?;
                waiting.remove(place).map(|(_, work)| work)
            })
        })
    }
}

/// A queue of items.
trait Queue {
    type Item;
    fn next(&mut self) -> Option<Self::Item>;
    /// Removes the newest item of the longest queue.
    fn take_youngest(&mut self) -> Option<Self::Item>;
    fn count(&self) -> usize;
    fn new() -> Self;
}

impl<T> Queue for VecDeque<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.pop_front()
    }

    fn take_youngest(&mut self) -> Option<T> {
        self.pop_back()
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn new() -> Self {
        Self::new()
    }
}

/// Queues that take turns. An empty queue is dropped.
struct Ring<K, Q>(VecDeque<(K, Q)>);

impl<K: PartialEq, Q: Queue> Queue for Ring<K, Q> {
    type Item = Q::Item;

    fn next(&mut self) -> Option<Q::Item> {
        let (key, mut queue) = self.0.pop_front()?;
        let item = queue.next();
        if queue.count() > 0 {
            self.0.push_back((key, queue));
        }
        item
    }

    fn take_youngest(&mut self) -> Option<Q::Item> {
        let place = self.longest()?;
        let item = self.0[place].1.take_youngest();
        if self.0[place].1.count() == 0 {
            self.0.remove(place);
        }
        item
    }

    fn count(&self) -> usize {
        self.0.iter().map(|(_, queue)| queue.count()).sum()
    }

    fn new() -> Self {
        Self(VecDeque::new())
    }
}

impl<K: PartialEq, Q: Queue> Ring<K, Q> {
    fn of(&self, key: &K) -> Option<&Q> {
        self.0.iter().find(|(each, _)| each == key).map(|(_, queue)| queue)
    }

    /// The queue for this key. A new queue is added as the last in turn.
    fn at(&mut self, key: K) -> &mut Q {
        let place = self.0.iter().position(|(each, _)| *each == key).unwrap_or_else(|| {
            self.0.push_back((key, Q::new()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }

    /// Removes the newest item of the longest queue, if that queue has at least two items more than the newcomer's.
    fn displace(&mut self, newcomer: usize) -> Option<Q::Item> {
        let longest = self.0[self.longest()?].1.count();
        if longest < newcomer + 2 { None } else { self.take_youngest() }
    }

    fn longest(&self) -> Option<usize> {
        (0..self.0.len()).max_by_key(|&place| self.0[place].1.count())
    }

    fn change<T>(&mut self, key: &K, change: impl FnOnce(&mut Q) -> Option<T>) -> Option<T> {
        let place = self.0.iter().position(|(each, _)| each == key)?;
        let changed = change(&mut self.0[place].1);
        if self.0[place].1.count() == 0 {
            self.0.remove(place);
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(class: Class, tenant: u8, network: u8) -> Share {
        let tenant = Some(TenantId::new(0, &[tenant; 10])).filter(|_| class != Class::SignUp);
        let network = Some(IpAddr::from([192, 0, 2, network])).filter(|_| class != Class::People);
        Share { class, tenant, network }
    }

    /// All waiting jobs in the order in which they are served.
    fn served<T>(queue: &mut FairQueue<T>) -> Vec<T> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn tenants_take_turns_and_so_do_the_addresses_of_one() {
        let mut queue = FairQueue::new();
        for (tenant, network, times) in [(1, 1, 4), (2, 2, 1), (1, 3, 1)] {
            for time in 1..=times {
                queue.push(share(Class::SignIn, tenant, network), (tenant, network, time)).unwrap();
            }
        }
        let order = [(1, 1, 1), (2, 2, 1), (1, 3, 1), (1, 1, 2), (1, 1, 3), (1, 1, 4)];
        assert_eq!(served(&mut queue), order);
    }

    #[test]
    fn one_who_adds_many_people_is_refused_and_bars_no_sign_in() {
        let mut queue = FairQueue::new();
        let adding: Vec<_> = (0..100).map(|_| queue.push(share(Class::People, 1, 1), "add")).collect();
        assert_eq!(adding.iter().filter(|added| added.is_ok()).count(), 16);
        assert_eq!(adding.last(), Some(&Err(Full::OwnShare)));
        for tenant in [1, 2] {
            queue.push(share(Class::SignIn, tenant, 1), "in").unwrap();
        }
        assert_eq!(served(&mut queue)[..4], ["in", "in", "add", "add"]);
    }

    #[test]
    fn a_flood_from_one_address_leaves_places_for_others_of_the_same_tenant() {
        let mut queue = FairQueue::new();
        let flood: Vec<_> = (0..1000).map(|_| queue.push(share(Class::SignIn, 1, 1), "flood")).collect();
        assert_eq!(flood.last(), Some(&Err(Full::OwnShare)));
        queue.push(share(Class::SignIn, 1, 2), "right").unwrap();
        assert_eq!(served(&mut queue)[..2], ["flood", "right"]);
    }

    #[test]
    fn two_addresses_that_fill_the_places_of_their_tenant_bar_no_third() {
        let mut queue = FairQueue::new();
        for network in [1, 2] {
            (0..32).for_each(|_| assert!(queue.push(share(Class::SignIn, 1, network), "flood").is_ok()));
        }
        queue.push(share(Class::SignIn, 1, 3), "third").unwrap();
        let served = served(&mut queue);
        assert_eq!((served.len(), served[2]), (64, "third"));
    }

    #[test]
    fn two_tenants_that_fill_all_places_bar_no_third_and_share_evenly_with_it() {
        let mut queue = FairQueue::new();
        for (tenant, network) in [(1, 1), (1, 2), (2, 3), (2, 4)] {
            (0..32).for_each(|_| assert!(queue.push(share(Class::SignIn, tenant, network), u32::from(tenant)).is_ok()));
        }
        let third = (0..64).map(|time| queue.push(share(Class::SignIn, 3, 5 + time / 32), 3));
        assert_eq!(third.flatten().count(), 42);
        let served = served(&mut queue);
        let count = |tenant| served.iter().filter(|each| **each == tenant).count();
        assert_eq!([count(1), count(2), count(3)], [43, 43, 42]);
    }

    #[test]
    fn what_is_taken_out_is_never_served_and_frees_its_place() {
        let mut queue = FairQueue::new();
        let own = share(Class::People, 1, 1);
        let numbers: Vec<_> = (0..16).map(|work| queue.push(own, work).unwrap()).collect();
        assert_eq!(queue.push(own, 16), Err(Full::OwnShare));
        assert_eq!((queue.remove(own, numbers[3]), queue.remove(own, numbers[3])), (Some(3), None));
        assert!(queue.push(own, 17).is_ok() && !served(&mut queue).contains(&3));
        assert!(queue.classes.iter().all(|class| class.0.is_empty()), "nothing is remembered of those who are gone");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_served_once_within_bounds_and_nobody_waits_for_more_than_one_turn_of_each_other(
            asked in prop::collection::vec((0..3u8, 0..6u8, 0..4u8), 0..600)
        ) {
            let mut queue = FairQueue::new();
            let mut taken = Vec::new();
            for (number, (class, tenant, network)) in asked.into_iter().enumerate() {
                let share = share([Class::SignIn, Class::SignUp, Class::People][usize::from(class)], tenant, network);
                if queue.push(share, (share, number)).is_ok() {
                    taken.push((share, number));
                }
            }
            let counted = queue.classes.iter().map(Queue::count).sum::<usize>();
            let served = served(&mut queue);
            prop_assert!(served.len() == counted && counted <= 128 + 64 + 64);
            let distinct = served.iter().map(|(_, number)| *number).collect::<std::collections::HashSet<_>>();
            prop_assert!(distinct.len() == served.len() && served.iter().all(|each| taken.contains(each)));
            // Work is displaced only where its class or its tenant has all its places.
            for (share, _) in taken.iter().filter(|each| !served.contains(each)) {
                let of_class = served.iter().filter(|(other, _)| other.class == share.class);
                let of_tenant = of_class.clone().filter(|(other, _)| other.tenant == share.tenant).count();
                let places = share.class.places();
                prop_assert!(of_class.count() == places.in_all || of_tenant == places.of_a_tenant, "{:?}", share);
            }
            // The first sign-in of each tenant comes before the second of any other.
            let sign_ins: Vec<_> = served.iter().filter(|(share, _)| share.class == Class::SignIn).collect();
            let tenants: Vec<_> = sign_ins.iter().map(|(share, _)| share.tenant).collect();
            for tenant in (0..6).map(|tenant| share(Class::SignIn, tenant, 0).tenant) {
                let before = tenants.iter().take_while(|each| **each != tenant).collect::<Vec<_>>();
                let first_turns = before.iter().collect::<std::collections::HashSet<_>>().len();
                prop_assert!(!tenants.contains(&tenant) || before.len() == first_turns);
            }
        }
    }
}
