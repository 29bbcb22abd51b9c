//! What the benchmarks of storages share: a libsql-server, real or a double; a Freehold on it; people who ask it.

pub(crate) mod freehold;
pub(crate) mod libsql_server;

use std::time::Duration;

/// The middle one.
pub(crate) fn median<T: PartialOrd + Copy>(mut all: Vec<T>) -> T {
    all.sort_by(|one, other| one.partial_cmp(other).unwrap());
    all[all.len() / 2]
}

/// What all but one in a hundred stay below.
pub(crate) fn p99(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[(all.len() * 99 / 100).min(all.len() - 1)]
}

/// One duration as a part of another.
pub(crate) fn part(of: Duration, whole: Duration) -> f64 {
    of.as_secs_f64() / whole.as_secs_f64()
}

/// A number from the environment, for shorter or longer runs.
pub(crate) fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}
