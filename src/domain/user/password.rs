//! `Password`: a new password that follows the rules. `Secret`: any text that must not appear in a log.
//! Signing in takes a `Secret`, because the rules are only for new passwords. An old password still works after the rules
//! change.

use std::str::FromStr;

use unicode_normalization::{UnicodeNormalization, is_nfkc};
use zeroize::Zeroizing;

/// A text that `Debug` does not show. Its memory is overwritten with zeros when it is dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

/// A new password of 10 to 256 characters, in Unicode form NFKC. It can still be a common password: only the backend has the
/// list of those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password(Secret);

/// Why a text is refused as a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// Fewer than 10 characters.
    #[error("Use at least {} characters.", Password::MIN)]
    TooShort,
    /// More than 256 characters.
    #[error("Use at most {} characters.", Password::MAX)]
    TooLong,
    /// Blank, or one text of fewer than 10 characters repeated.
    #[error("Choose a password that does not repeat the same few characters.")]
    Repeated,
    /// A common password, which attackers try first.
    #[error("This password is too common. Choose another, for example several random words.")]
    Common,
    /// The user's username, name, email address or workspace, which other people know.
    #[error("Choose a password that is not your username, name, email address or workspace.")]
    Known,
}

impl Password {
    /// Minimum length in characters.
    pub const MIN: usize = 10;
    /// Maximum length in characters.
    pub const MAX: usize = 256;

    /// Returns the secret text, for hashing.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl Secret {
    /// Returns the text itself, to be hashed or sent. Never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the text in Unicode form NFKC, because two keyboards may encode the same letter differently.
    #[must_use]
    pub fn normalized(&self) -> Self {
        if is_nfkc(&self.0) { self.clone() } else { Self::from(self.0.nfkc().collect::<String>()) }
    }
}

impl utoipa::PartialSchema for Secret {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        crate::answer::schema::text(None, Some("password"), "correct horse battery")
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
        let secret = secret.normalized();
        match secret.expose().chars().count() {
            ..Self::MIN => Err(InvalidPassword::TooShort),
            Self::MIN..=Self::MAX if repeats(secret.expose()) => Err(InvalidPassword::Repeated),
            Self::MIN..=Self::MAX => Ok(Self(secret)),
            _ => Err(InvalidPassword::TooLong),
        }
    }
}

/// Whether a text is blank, or repeats a text of fewer than `MIN` characters. The last repetition may be incomplete.
fn repeats(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let is_repeated =
        |unit: usize| letters.len() > unit && letters.iter().skip(unit).eq(&letters[..letters.len() - unit]);
    text.trim().is_empty() || (1..Password::MIN).any(is_repeated)
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
        assert!(format!("☃{}", "☂☃☄".repeat(85)).parse::<Password>().is_ok());
        let long: String = (0..256).filter_map(|offset| char::from_u32(0x4e00 + offset)).collect();
        assert!(long.parse::<Password>().is_ok());
        assert_eq!("x".repeat(257).parse::<Password>(), Err(InvalidPassword::TooLong));
    }

    #[test]
    fn one_text_again_and_again_is_no_password() {
        for bad in ["aaaaaaaaaa", "          ", " \t \u{a0}  \t    ", "abcabcabcabc", "passwordpassword", "12341234123"]
        {
            assert_eq!(bad.parse::<Password>(), Err(InvalidPassword::Repeated), "{bad:?}");
        }
        assert!("0123456789 0123456789".parse::<Password>().is_ok());
    }

    #[test]
    fn two_ways_to_write_a_letter_are_one_password() {
        let [composed, parted] = ["p\u{e4}ssw\u{f6}rd-\u{e9}", "pa\u{308}sswo\u{308}rd-e\u{301}"]
            .map(|text| text.parse::<Password>().unwrap());
        assert_eq!(composed, parted);
        let [full, parted] = ["Ａ\u{fb01}", "a\u{308}"].map(|text| Secret::from(text.to_owned()).normalized());
        assert_eq!((full.expose(), parted.expose()), ("Afi", "\u{e4}"));
    }

    #[test]
    fn debug_shows_no_letter_of_it() {
        assert_eq!(format!("{:?}", "correct horse battery".parse::<Password>().unwrap()), "Password([secret])");
    }
}
