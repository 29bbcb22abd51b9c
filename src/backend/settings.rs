//! What the operator decides, parsed: `server::config` makes it of flags and environment, `Backend::open` takes it.

use std::{num::NonZeroU32, path::PathBuf, str::FromStr, time::Duration};

use domain::{BaseUrl, ReservedNames};
use storage::StorageSettings;

use crate::{CrashPoints, Downloads};

/// How one Freehold is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder that holds everything.
    pub data: PathBuf,
    /// The file of master secrets; none is `<data>/secret`.
    pub secret_file: Option<PathBuf>,
    /// Where this Freehold is reached.
    pub base_url: BaseUrl,
    /// Who may sign a workspace up.
    pub sign_up: SignUpPolicy,
    /// How many sign-ups one address may make.
    pub sign_up_rate: Rate,
    /// How many sign-ins one address may try.
    pub sign_in_rate: Rate,
    /// How many wrong passwords one account may be tried with.
    pub account_rate: Rate,
    /// How many passwords one workspace may set for its users: of those whom it adds, and of resets.
    pub user_rate: Rate,
    /// How many names one address may look up.
    pub lookup_rate: Rate,
    /// Names that no new tenant may have.
    pub reserved: ReservedNames,
    /// How many tenants there may be; none is no limit.
    pub max_tenants: Option<u64>,
    /// How many databases may be open at once; none is what the descriptor limit allows.
    pub max_open: Option<usize>,
    /// What databases are kept on.
    pub storages: StorageSettings,
    /// How owners download their databases.
    pub downloads: Downloads,
    /// Where backups are kept; none is `<data>/backups`.
    pub backups: Option<PathBuf>,
    /// Who is told of each step that a crash must not harm.
    pub crash_points: CrashPoints,
}

/// Who may sign a workspace up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpPolicy {
    /// Anyone.
    Open,
    /// The operator only.
    Closed,
}

/// The text is neither `open` nor `closed`.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it must be `open` or `closed`")]
pub struct InvalidSignUpPolicy;

/// So many in a second, minute or hour; or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// No limit.
    Off,
    /// At most so many in the period.
    Limit(NonZeroU32, Period),
}

impl Rate {
    /// How many.
    pub(crate) fn count(self) -> Option<u32> {
        match self {
            Self::Off => None,
            Self::Limit(count, _) => Some(count.get()),
        }
    }

    /// How long it takes until one more is allowed.
    pub(crate) fn interval(self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::Limit(count, Period::Second) => Some(Duration::from_secs(1) / count.get()),
            Self::Limit(count, Period::Minute) => Some(Duration::from_mins(1) / count.get()),
            Self::Limit(count, Period::Hour) => Some(Duration::from_hours(1) / count.get()),
        }
    }
}

/// What a rate counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `/s`
    Second,
    /// `/m`
    Minute,
    /// `/h`
    Hour,
}

/// The text is no rate.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it must be `off` or a number above 0 and a period, such as `5/s`, `60/m` or `20/h`")]
pub struct InvalidRate;

impl FromStr for SignUpPolicy {
    type Err = InvalidSignUpPolicy;

    fn from_str(text: &str) -> Result<Self, InvalidSignUpPolicy> {
        match text {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            _ => Err(InvalidSignUpPolicy),
        }
    }
}

impl std::fmt::Display for SignUpPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Self::Open { "open" } else { "closed" })
    }
}

impl FromStr for Rate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let (count, period) = text.split_once('/').ok_or(InvalidRate)?;
        let period = match period {
            "s" => Period::Second,
            "m" => Period::Minute,
            "h" => Period::Hour,
            _ => return Err(InvalidRate),
        };
        Ok(Self::Limit(count.parse().map_err(|_| InvalidRate)?, period))
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self::Limit(count, period) = self else { return f.write_str("off") };
        let period = match period {
            Period::Second => "s",
            Period::Minute => "m",
            Period::Hour => "h",
        };
        write!(f, "{count}/{period}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_back_and_nonsense_is_refused() {
        for text in ["off", "20/h", "5/s", "60/m"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for bad in ["", "0/h", "20", "20/d", "-1/s", "x/s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
