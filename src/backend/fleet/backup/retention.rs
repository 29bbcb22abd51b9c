//! `Retention`: how many backups of a tenant, or copies of the catalog, are kept.

use std::{num::NonZeroU32, str::FromStr};

/// The number of latest backups that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Retention(NonZeroU32);

/// The text is not a number above 0.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it must be a number above 0: how many of the latest backups are kept")]
pub struct InvalidRetention;

impl Retention {
    /// Returns the backups that exceed the retention. They must all be of one tenant, or all of the catalog, with the
    /// oldest first.
    pub(crate) fn over<T>(self, mut backups: Vec<T>) -> Vec<T> {
        let kept = usize::try_from(self.0.get()).unwrap_or(usize::MAX);
        backups.truncate(backups.len().saturating_sub(kept));
        backups
    }
}

impl FromStr for Retention {
    type Err = InvalidRetention;

    fn from_str(text: &str) -> Result<Self, InvalidRetention> {
        text.parse().map(Self).map_err(|_| InvalidRetention)
    }
}

impl std::fmt::Display for Retention {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
