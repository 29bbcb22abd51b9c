//! `Accounts`: the limit on wrong passwords for one account, counted over all addresses. An account is a tenant and the
//! username that was typed. It counts the same whether the user exists or not, so a refusal does not reveal that. The limit
//! does not apply to a network from which the account signed in before, so wrong passwords from elsewhere do not lock a user
//! out.

use std::{
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::TenantId;
use lru::LruCache;

use crate::{Error, Rate, auth::rate_limit::subscriber};

/// How many accounts are remembered: this many with failures, and this many with sign-ins. The least recently used one is
/// dropped first.
const MANY: NonZeroUsize = NonZeroUsize::new(50_000).unwrap();
/// How many networks of one account are remembered.
const NETWORKS: usize = 8;
/// How long a network counts as known after the account signed in from it.
const KNOWN_FOR: Duration = Duration::from_hours(30 * 24);

/// An account as the client names it. It holds a digest of the name, because the name can have any length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Account(TenantId, [u8; 16]);

/// The limit on wrong passwords for all accounts.
pub(crate) struct Accounts {
    /// How many failures are allowed, and how long one of them counts. `None` means no limit.
    limit: Option<(u32, Duration)>,
    failures: Mutex<LruCache<Account, Failures>>,
    known: Mutex<LruCache<Account, Vec<(IpAddr, Instant)>>>,
}

/// The wrong passwords of one account.
#[derive(Clone, Copy)]
struct Failures {
    /// The time at which all failures are forgotten. Each failure moves it one interval later.
    forgotten: Instant,
    /// Whether the networks of the account's sessions were read from the database.
    has_learned: bool,
}

/// One attempt to sign in. It counts as a failure from its start. Dropping it takes that back, unless `failed` was called.
#[must_use = "say whether the password was wrong"]
pub(crate) struct Attempt<'a> {
    accounts: &'a Accounts,
    /// `None` means that the attempt does not count.
    account: Option<Account>,
}

impl Account {
    pub(crate) fn new(tenant: TenantId, typed: &str) -> Self {
        let name = typed.trim().to_lowercase();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
        let mut short = [0; 16];
        short.copy_from_slice(&digest.as_ref()[..16]);
        Self(tenant, short)
    }
}

impl Accounts {
    pub(crate) fn new(rate: Rate) -> Self {
        let limit = rate.count().zip(rate.interval());
        Self { limit, failures: Mutex::new(LruCache::new(MANY)), known: Mutex::new(LruCache::new(MANY)) }
    }

    /// Begins an attempt, or refuses it after too many failures. It counts at once, so that many attempts at the same time do
    /// not get around the limit.
    pub(crate) fn attempt(&self, account: Account, address: IpAddr, now: Instant) -> Result<Attempt<'_>, Error> {
        let Some((most, interval)) = self.limit.filter(|_| !self.is_known(account, address, now)) else {
            return Ok(Attempt { accounts: self, account: None });
        };
        let mut failures = locked(&self.failures);
        let before = failures.get(&account).copied().unwrap_or(Failures { forgotten: now, has_learned: false });
        let forgotten = before.forgotten.max(now) + interval;
        let allowed = now + interval * most;
        if let Some(wait) = forgotten.checked_duration_since(allowed).filter(|wait| !wait.is_zero()) {
            let retry_after = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            return Err(Error::TooManyRequests { why: "too many wrong passwords for this account", retry_after });
        }
        failures.put(account, Failures { forgotten, ..before });
        Ok(Attempt { accounts: self, account: Some(account) })
    }

    /// Remembers the network from which the account signed in.
    pub(crate) fn signed_in(&self, account: Account, address: IpAddr, now: Instant) {
        let mut known = locked(&self.known);
        let networks = known.get_or_insert_mut(account, Vec::new);
        networks.retain(|(network, _)| *network != subscriber(address));
        networks.push((subscriber(address), now));
        if networks.len() > NETWORKS {
            networks.remove(0);
        }
    }

    /// Whether `learn` ran for the account since its first failure.
    pub(crate) fn has_learned(&self, account: Account) -> bool {
        locked(&self.failures).peek(&account).is_some_and(|failures| failures.has_learned)
    }

    /// Remembers the networks where the account has sessions, given with the latest first. They are older than all sign-ins
    /// since the start.
    pub(crate) fn learn(&self, account: Account, places: impl Iterator<Item = (IpAddr, Instant)>) {
        let mut known = locked(&self.known);
        for (address, since) in places {
            let networks = known.get_or_insert_mut(account, Vec::new);
            let is_there = networks.iter().any(|(network, _)| *network == subscriber(address));
            if !is_there && networks.len() < NETWORKS {
                networks.insert(0, (subscriber(address), since));
            }
        }
        drop(known);
        if let Some(failures) = locked(&self.failures).peek_mut(&account) {
            failures.has_learned = true;
        }
    }

    /// Forgets the failures of an account whose password was replaced.
    pub(crate) fn forgive(&self, account: Account) {
        locked(&self.failures).pop(&account);
    }

    fn is_known(&self, account: Account, address: IpAddr, now: Instant) -> bool {
        let mut known = locked(&self.known);
        let is_here = |(network, since): &(IpAddr, Instant)| {
            *network == subscriber(address) && now.saturating_duration_since(*since) < KNOWN_FOR
        };
        known.get(&account).is_some_and(|networks| networks.iter().any(is_here))
    }
}

impl Attempt<'_> {
    /// Keeps the attempt as a failure.
    pub(crate) fn failed(mut self) {
        self.account = None;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if let (Some(account), Some((_, interval))) = (self.account, self.accounts.limit)
            && let Some(failures) = locked(&self.accounts.failures).get_mut(&account)
        {
            failures.forgotten = failures.forgotten.checked_sub(interval).unwrap_or(failures.forgotten);
        }
    }
}

/// Locks the mutex. A poisoned lock is safe to use, because no panic can leave its content half changed.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn accounts() -> (Accounts, Account, Instant) {
        (Accounts::new("3/h".parse().unwrap()), Account::new(TenantId::new(0, &[1; 10]), "root"), Instant::now())
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn fail(accounts: &Accounts, account: Account, from: u8, now: Instant) -> bool {
        accounts.attempt(account, address(from), now).map(Attempt::failed).is_ok()
    }

    #[test]
    fn wrong_passwords_from_many_addresses_count_together_and_are_forgotten_one_by_one() {
        let (accounts, account, now) = accounts();
        assert_eq!([1, 2, 3, 4].map(|from| fail(&accounts, account, from, now)), [true, true, true, false]);
        let refused = accounts.attempt(account, address(5), now).err();
        assert!(matches!(refused, Some(Error::TooManyRequests { retry_after: 1200 | 1201, .. })), "{refused:?}");
        let later = now + HOUR / 3;
        assert_eq!([5, 6].map(|from| fail(&accounts, account, from, later)), [true, false]);
        let next_day = now + 24 * HOUR;
        assert_eq!([1, 2, 3, 4].map(|from| fail(&accounts, account, from, next_day)), [true, true, true, false]);
    }

    #[test]
    fn an_account_is_a_tenants_own_and_its_spelling_does_not_matter() {
        let (accounts, account, now) = accounts();
        assert_eq!([1, 2, 3].map(|from| fail(&accounts, account, from, now)), [true; 3]);
        let [tenant, other] = [1, 2].map(|byte| TenantId::new(0, &[byte; 10]));
        assert!(!fail(&accounts, Account::new(tenant, " ROOT\t"), 4, now));
        assert!(fail(&accounts, Account::new(tenant, "rooted"), 4, now));
        assert!(fail(&accounts, Account::new(other, "root"), 4, now));
    }

    #[test]
    fn whoever_signed_in_from_an_address_is_never_held_up_there() {
        let (accounts, account, now) = accounts();
        accounts.signed_in(account, "2001:db8::1".parse().unwrap(), now);
        assert_eq!([1, 2, 3, 4].map(|from| fail(&accounts, account, from, now)), [true, true, true, false]);
        let later = now + 29 * 24 * HOUR;
        assert_eq!([1, 2, 3, 4].map(|from| fail(&accounts, account, from, later)), [true, true, true, false]);
        for (address, is_let_in) in [("2001:db8::2", true), ("2001:db8:0:1::1", false)] {
            let attempt = accounts.attempt(account, address.parse().unwrap(), later);
            assert_eq!(attempt.is_ok(), is_let_in, "{address}");
        }
    }

    #[test]
    fn what_is_no_failure_does_not_count() {
        let (accounts, account, now) = accounts();
        for _ in 0..100 {
            drop(accounts.attempt(account, address(1), now).unwrap()); // the password was right, or the attempt was cancelled
        }
        let at_once: Vec<_> = (0..100).map(|from| accounts.attempt(account, address(from), now)).collect();
        assert_eq!(at_once.iter().filter(|attempt| attempt.is_ok()).count(), 3);
        drop(at_once);
        assert_eq!([1, 2, 3, 4].map(|from| fail(&accounts, account, from, now)), [true, true, true, false]);
        accounts.forgive(account);
        assert!(fail(&accounts, account, 1, now));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (accounts, account, now) = accounts();
        for number in 0..MANY.get() + 10 {
            let other = Account::new(account.0, &number.to_string());
            accounts.attempt(other, address(1), now).unwrap().failed();
        }
        for last in 0..20 {
            accounts.signed_in(account, address(last), now);
        }
        assert_eq!(locked(&accounts.failures).len(), MANY.get());
        assert_eq!(locked(&accounts.known).get(&account).map(Vec::len), Some(NETWORKS));
    }
}
