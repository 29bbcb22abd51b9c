//! How times stand in JSON: RFC 3339 in UTC, always with milliseconds, such as `2026-11-26T19:29:00.480Z`. Some parsers take
//! fractions of 3 or 6 digits alone.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer};

/// Writes a time.
pub(crate) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{time:.3}"))
}

/// Reads a time.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(from)
}

/// The same for a time that may be null.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Serializer, Timestamp};

    /// Writes a time, or null.
    #[expect(clippy::ref_option, reason = "serde gives a reference to the field")]
    pub(crate) fn serialize<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    /// Reads a time, or null.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        Option::deserialize(from)
    }
}
