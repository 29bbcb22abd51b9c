//! The operator's settings, parsed. `server::config` makes them from flags and environment variables, and `Backend::open` takes
//! them.

use std::{num::NonZeroU32, path::PathBuf, str::FromStr, time::Duration};

use domain::{BaseUrl, ReservedNames};
use storage::StorageSettings;

use crate::{CrashPoints, Downloads};

/// The settings of one Freehold.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data folder.
    pub data: PathBuf,
    /// The file of master secrets. `None` means `<data>/secret`.
    pub secret_file: Option<PathBuf>,
    /// The URL under which this Freehold is reached.
    pub base_url: BaseUrl,
    /// Who may sign up a workspace.
    pub sign_up: SignUpPolicy,
    /// How many sign-ups one network may make.
    pub sign_up_rate: Rate,
    /// How many sign-ins one network may try.
    pub sign_in_rate: Rate,
    /// How many wrong passwords are accepted for one account.
    pub account_rate: Rate,
    /// How many passwords one workspace may set for its users, by adding them or by resetting their passwords.
    pub user_rate: Rate,
    /// How many names one network may look up.
    pub lookup_rate: Rate,
    /// Names that no new tenant may have.
    pub reserved: ReservedNames,
    /// The limit on tenants. `None` means no limit.
    pub max_tenants: Option<u64>,
    /// The limit on open databases. `None` means what the file descriptor limit allows.
    pub max_open: Option<usize>,
    /// The storages for databases.
    pub storages: StorageSettings,
    /// How owners download their databases.
    pub downloads: Downloads,
    /// The backups folder. `None` means `<data>/backups`.
    pub backups: Option<PathBuf>,
    /// The listener for crash points.
    pub crash_points: CrashPoints,
}

/// Who may sign up a workspace.
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

/// A rate for one second, minute or hour, or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// No limit.
    Off,
    /// At most this many in the period.
    Limit(NonZeroU32, Period),
}

impl Rate {
    /// The number in the period. `None` means no limit.
    pub(crate) fn count(self) -> Option<u32> {
        match self {
            Self::Off => None,
            Self::Limit(count, _) => Some(count.get()),
        }
    }

    /// The time until one more is allowed. `None` means no limit.
    pub(crate) fn interval(self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::Limit(count, Period::Second) => Some(Duration::from_secs(1) / count.get()),
            Self::Limit(count, Period::Minute) => Some(Duration::from_mins(1) / count.get()),
            Self::Limit(count, Period::Hour) => Some(Duration::from_hours(1) / count.get()),
        }
    }
}

/// The period of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `/s`
    Second,
    /// `/m`
    Minute,
    /// `/h`
    Hour,
}

/// The text is not a rate.
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
