//! Waits until a new database is ready. Its first answer comes seconds after it was created, sometimes more than fifteen.

use std::time::Duration;

use tokio::time::Instant;

use super::backoff::{Failure, retry};
use crate::{Random, Result, StorageError};

/// Asks until the database answers. Some errors count as "not yet": the database is missing, refuses the token, is not a
/// database, hangs, or closes the connection.
///
/// # Errors
/// Returns the last of these errors when `patience` is over, and any other error at once.
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
