//! Readiness: between a database's being made and its first answer lie seconds, now and then more than fifteen.

use std::time::Duration;

use tokio::time::Instant;

use super::backoff::{Failure, retry};
use crate::{Random, Result, StorageError};

/// Asks until the database answers. What a database that is on its way says counts as "not yet": that it is missing, lets
/// nobody in, is no database, hangs, hangs up.
///
/// # Errors
/// The last one, when `patience` is over; any other one at once.
pub(super) async fn await_ready<F: Future<Output = Result<()>>>(
    probe: impl Fn() -> F,
    patience: Duration,
    random: &dyn Random,
) -> Result<()> {
    retry(Instant::now() + patience, random, || async { probe().await.map_err(not_yet_or_never) }).await
}

fn not_yet_or_never(error: StorageError) -> Failure {
    use StorageError::{Lost, Missing, TimedOut, Unauthorised, Unusable};
    match error {
        Missing | TimedOut | Unusable(_) | Lost(_) | Unauthorised(_) => Failure::Passing(error, Duration::ZERO),
        _ => Failure::Final(error),
    }
}
