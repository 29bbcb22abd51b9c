//! `Username`: the name with which a user signs in. It is unique within a tenant, and stored in lower case.

use std::str::FromStr;

/// A username: 1 to 64 characters of `a-z0-9._-@+`. Parsing converts capital letters to lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

/// Why a text is not a username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUsername {
    /// The text is empty.
    #[error("Enter a username.")]
    Empty,
    /// More than 64 characters.
    #[error("Use at most {} characters.", Username::MAX)]
    TooLong,
    /// A character that is not allowed.
    #[error("Use letters a–z, digits and . _ - @ + only.")]
    Character,
}

impl Username {
    /// Maximum length in characters.
    pub const MAX: usize = 64;
}

impl FromStr for Username {
    type Err = InvalidUsername;

    fn from_str(text: &str) -> Result<Self, InvalidUsername> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(InvalidUsername::Empty);
        }
        if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'@' | b'+')) {
            return Err(InvalidUsername::Character);
        }
        if text.len() > Self::MAX {
            return Err(InvalidUsername::TooLong);
        }
        Ok(Self(text))
    }
}

crate::text_type!(Username, Some(Username::MAX), None, "grace");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn capitals_are_lowered_and_strangers_refused() {
        assert_eq!(" Root@Acme.Example ".parse::<Username>().unwrap().as_ref(), "root@acme.example");
        assert_eq!("".parse::<Username>(), Err(InvalidUsername::Empty));
        assert_eq!("a b".parse::<Username>(), Err(InvalidUsername::Character));
        assert_eq!("röot".parse::<Username>(), Err(InvalidUsername::Character));
        assert_eq!("x".repeat(65).parse::<Username>(), Err(InvalidUsername::TooLong));
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "\\PC{0,70}") {
            if let Ok(name) = text.parse::<Username>() {
                prop_assert_eq!(name.as_ref().parse::<Username>(), Ok(name.clone()));
            }
        }
    }
}
