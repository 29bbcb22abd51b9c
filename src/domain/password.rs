//! `Password`: a new password that keeps the rules. `Secret`: any text that no log may show.
//! Signing in takes a `Secret`: the rules bind new passwords only, so that an old one still works when rules change.

use std::str::FromStr;

use zeroize::Zeroizing;

/// A text whose `Debug` shows nothing and whose memory is wiped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

/// A new password of 10 to 256 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password(Secret);

/// Why a text may not become a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// Fewer than 10 characters.
    #[error("Use at least {} characters.", Password::MIN)]
    TooShort,
    /// More than 256 characters.
    #[error("Use at most {} characters.", Password::MAX)]
    TooLong,
}

impl Password {
    /// The fewest characters.
    pub const MIN: usize = 10;
    /// The most characters.
    pub const MAX: usize = 256;

    /// The secret text, for the hasher.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl Secret {
    /// The text itself: to be hashed or sent, never logged.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl utoipa::PartialSchema for Secret {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        crate::schema::text(None, Some("password"), "correct horse battery")
    }
}

impl utoipa::ToSchema for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl TryFrom<Secret> for Password {
    type Error = InvalidPassword;

    fn try_from(secret: Secret) -> Result<Self, InvalidPassword> {
        match secret.expose().chars().count() {
            ..Self::MIN => Err(InvalidPassword::TooShort),
            Self::MIN..=Self::MAX => Ok(Self(secret)),
            _ => Err(InvalidPassword::TooLong),
        }
    }
}

impl FromStr for Password {
    type Err = InvalidPassword;

    fn from_str(text: &str) -> Result<Self, InvalidPassword> {
        Secret::from(text.to_owned()).try_into()
    }
}

impl serde::Serialize for Password {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de> serde::Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Secret::deserialize(from)?.try_into().map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.expose())
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!("123456789".parse::<Password>(), Err(InvalidPassword::TooShort));
        assert!("pässwörter".parse::<Password>().is_ok());
        assert!("☃".repeat(256).parse::<Password>().is_ok());
        assert_eq!("x".repeat(257).parse::<Password>(), Err(InvalidPassword::TooLong));
    }

    #[test]
    fn debug_shows_no_letter_of_it() {
        assert_eq!(format!("{:?}", "correct horse battery".parse::<Password>().unwrap()), "Password([secret])");
    }
}
