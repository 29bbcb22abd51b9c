//! The form of times in JSON: RFC 3339 in UTC, always with milliseconds, such as `2026-11-26T19:29:00.480Z`. Some parsers
//! accept only fractions of 3 or 6 digits.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

/// Serializes a time with milliseconds.
pub(crate) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{time:.3}"))
}

/// Deserializes a time.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(from)
}

/// The same form for an optional time: `None` is null.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Serializer, Timestamp};

    /// Serializes a time, or null.
    #[expect(clippy::ref_option, reason = "serde gives a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    /// Deserializes a time, or null.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        Option::deserialize(from)
    }
}
