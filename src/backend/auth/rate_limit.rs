//! Rate limits by address: how often a client may sign up, try to sign in, or look up a name. All addresses of an IPv6 /64
//! count as one client. One more limit counts by tenant: how many passwords may be set for other users.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicUsize, Ordering},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};

use crate::{Error, Rate, settings::Period};

/// Up to this many keys the limiter does not look for keys to forget.
const MANY: usize = 10_000;

/// One rate limit. `None` means no limit.
pub(crate) struct Limit<K: Hash + Eq + Clone>(Option<Counter<K>>);

struct Counter<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    /// The reason for a refusal, for the log.
    why: &'static str,
    /// Above this many keys, the limiter forgets the old ones. It is then set to twice as many as are left.
    look_at: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    /// Creates a limit that refuses everything above the rate.
    pub(crate) fn new(rate: Rate, why: &'static str) -> Self {
        let Rate::Limit(count, period) = rate else { return Self(None) };
        let quota = match period {
            Period::Second => Quota::per_second(count),
            Period::Minute => Quota::per_minute(count),
            Period::Hour => Quota::per_hour(count),
        };
        Self(Some(Counter { limiter: RateLimiter::keyed(quota), why, look_at: AtomicUsize::new(MANY) }))
    }

    /// Counts one attempt, or refuses it.
    pub(crate) fn count(&self, key: K) -> Result<(), Error> {
        let Some(Counter { limiter, why, look_at }) = &self.0 else { return Ok(()) };
        if limiter.len() > look_at.load(Ordering::Relaxed) {
            limiter.retain_recent();
            look_at.store(MANY.max(limiter.len() * 2), Ordering::Relaxed);
        }
        limiter.check_key(&key).map_err(|until| {
            let wait = until.wait_time_from(limiter.clock().now()).as_secs();
            Error::TooManyRequests { why, retry_after: u32::try_from(wait).unwrap_or(u32::MAX).saturating_add(1) }
        })
    }
}

impl Limit<IpAddr> {
    /// Counts one attempt by the network of this address, or refuses it.
    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Error> {
        self.count(subscriber(address))
    }
}

/// The network that counts as one client: the /64 of an IPv6 address, or the IPv4 address itself.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_held_and_its_neighbour_is_not() {
        let limit = Limit::new("2/h".parse().unwrap(), "too many");
        let [one, same, other] = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"].map(|text| text.parse().unwrap());
        assert!(limit.check(one).is_ok() && limit.check(same).is_ok());
        assert!(matches!(limit.check(one), Err(Error::TooManyRequests { retry_after: 1700..=1801, .. })));
        assert!(limit.check(other).is_ok());
    }
}
