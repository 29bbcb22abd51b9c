//! Shared parts of the benches on storages: a libsql-server, real or a double, a Freehold that uses it, and clients.

pub(crate) mod freehold;
pub(crate) mod libsql_server;

use std::time::Duration;

/// The median.
pub(crate) fn median<T: PartialOrd + Copy>(mut all: Vec<T>) -> T {
    all.sort_by(|one, other| one.partial_cmp(other).unwrap());
    all[all.len() / 2]
}

/// The 99th percentile.
pub(crate) fn p99(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[(all.len() * 99 / 100).min(all.len() - 1)]
}

/// The ratio of one duration to another.
pub(crate) fn part(of: Duration, whole: Duration) -> f64 {
    of.as_secs_f64() / whole.as_secs_f64()
}

/// A number from the environment, or the default. It makes a run shorter or longer.
pub(crate) fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}
