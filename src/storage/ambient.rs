//! Time and randomness. All other code gets them as arguments, so that a test can control them.

use jiff::Timestamp;

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// The current time in whole milliseconds, which is the precision that databases keep.
    fn now(&self) -> Timestamp;
}

/// A source of random bytes that cannot be guessed.
pub trait Random: Send + Sync {
    /// Overwrites all of `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's own clock and random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ambient;

impl Clock for Ambient {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

impl Random for Ambient {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
    #[expect(clippy::expect_used, reason = "without a random source no secret can be made: nothing may go on")]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the system's random source");
    }
}
