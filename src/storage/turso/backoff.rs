//! Retries with pauses. The upper bound of the pauses doubles up to a maximum, and each pause is drawn at random below it (full
//! jitter). So many clients that failed together do not come back together. The result is the first success or the last error.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::{Random, StorageError};

/// Upper bound of the first pause.
const FIRST: Duration = Duration::from_millis(100);
/// Upper bound of all pauses.
const MOST: Duration = Duration::from_secs(5);
/// Time limit of one attempt, so that one that hangs leaves time for another.
const ATTEMPT: Duration = Duration::from_secs(10);

/// Why an attempt failed, and whether a retry may succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// A retry would fail in the same way.
    Final(StorageError),
    /// A retry may succeed, after at least this pause.
    Passing(StorageError, Duration),
}

/// Returns pauses that grow.
#[derive(Debug)]
pub(super) struct Backoff {
    ceiling: Duration,
    most: Duration,
}

impl Backoff {
    /// The first pause is at most `first`. No later one is more than `most`.
    pub(super) fn new(first: Duration, most: Duration) -> Self {
        Self { ceiling: first, most }
    }

    /// The next pause: a random time between zero and the upper bound. The bound then doubles.
    pub(super) fn pause(&mut self, random: &dyn Random) -> Duration {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        let share = f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX);
        let pause = self.ceiling.mul_f64(share);
        self.ceiling = self.ceiling.saturating_mul(2).min(self.most);
        pause
    }
}

/// Repeats `attempt` until one succeeds, one fails for good, or the next would begin after `until`. It then returns the last
/// error. If the last attempt was cut short, it returns the error before it, which says more.
pub(super) async fn retry<T, F: Future<Output = Result<T, Failure>>>(
    until: Instant,
    random: &dyn Random,
    attempt: impl Fn() -> F,
) -> Result<T, StorageError> {
    let mut backoff = Backoff::new(FIRST, MOST);
    let mut before = None;
    loop {
        let cut = until.min(Instant::now() + ATTEMPT);
        let (error, least) = match timeout_at(cut, attempt()).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(Failure::Final(error))) => return Err(error),
            Ok(Err(Failure::Passing(error, least))) => (error, least),
            Err(_late) => (before.unwrap_or(StorageError::TimedOut), Duration::ZERO),
        };
        let pause = least + backoff.pause(random);
        if Instant::now() + pause >= until {
            return Err(error);
        }
        before = Some(error);
        sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A random source in which every byte is this one.
    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn pauses_double_up_to_the_most_and_any_shorter_one_is_drawn() {
        let pauses = |random: Fixed| {
            let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(500));
            [(); 5].map(|()| backoff.pause(&random).as_millis())
        };
        assert_eq!(pauses(Fixed(u8::MAX)), [100, 200, 400, 500, 500]);
        assert_eq!(pauses(Fixed(0)), [0; 5]);
        assert_eq!(pauses(Fixed(0x40)), [25, 50, 100, 125, 125]);
    }
}
