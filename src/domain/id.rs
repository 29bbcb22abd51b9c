//! The ids. Each kind of id is a type of its own. Every id is a UUIDv7; its text is lower-case with dashes.

use std::str::FromStr;

/// The text is not a UUIDv7 in its canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is no id: a lower-case UUIDv7 with dashes is.")]
pub struct InvalidId;

/// Length of the canonical form. No other form that `uuid` parses has this length.
const LENGTH: usize = uuid::fmt::Hyphenated::LENGTH;

/// A text that serde borrows from the input if it can. A bare `Cow` would always be copied.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Makes an id from the time (Unix milliseconds) and ten random bytes, both given by the caller.
            pub fn new(unix_millis: u64, random: &[u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(unix_millis, random).into_uuid())
            }

            /// Returns the sixteen bytes. The last eight are random, except for two bits.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let id = uuid::Uuid::try_parse(text).map_err(|_| InvalidId)?;
                let canonical = text.len() == LENGTH && !text.bytes().any(|byte| byte.is_ascii_uppercase());
                if canonical && id.get_version_num() == 7 { Ok(Self(id)) } else { Err(InvalidId) }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::answer::schema::text(None, Some("uuid"), "0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b")
            }
        }

        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.0.hyphenated().encode_lower(&mut [0; LENGTH]))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Text::deserialize(from)?.0.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// The id of a tenant. Another tenant can get the same name later, but never the same id.
    TenantId,
    /// The id of a user within one tenant.
    UserId,
    /// The id of a session: the row that a token names.
    SessionId,
    /// The id of a request, in the log and in its response.
    RequestId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_reads_back_from_its_text_and_sorts_by_time(time in 0u64..1 << 47, random: [u8; 10]) {
            let id = UserId::new(time, &random);
            prop_assert_eq!(id.to_string().parse::<UserId>(), Ok(id));
            prop_assert!(id < UserId::new(time + 1, &random));
        }
    }

    #[test]
    fn other_forms_and_versions_are_refused() {
        let good = "0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
        assert!(good.parse::<UserId>().is_ok());
        for bad in [
            "",
            "7",
            &good.to_uppercase(),
            &good.replace('-', ""),
            &format!("{{{good}}}"),
            &good.replace("7e3f", "4e3f"),
        ] {
            assert_eq!(bad.parse::<UserId>(), Err(InvalidId), "{bad}");
        }
    }
}
