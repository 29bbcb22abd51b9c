//! `TenantName`: the name of a tenant in a host, a header, a form or on a command line. This is the only parser for it.
//! A valid name is safe as a DNS label, in a path and in a header.

use std::str::FromStr;

/// The name of a tenant: 1 to 40 lower-case ASCII letters, digits and single dashes. It begins and ends with a letter or
/// digit.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantName(String);

/// Why a text is not a tenant name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTenantName {
    /// The text is empty.
    #[error("Choose a name for the workspace.")]
    Empty,
    /// More than 40 characters.
    #[error("Use at most {} characters.", TenantName::MAX)]
    TooLong,
    /// A character outside `a-z`, `0-9` and `-`.
    #[error("Use lower-case letters a–z, digits and dashes only.")]
    Character,
    /// A dash at the start or the end, or two dashes together.
    #[error("Begin and end with a letter or digit, and put single dashes only between them.")]
    Dash,
}

impl TenantName {
    /// Maximum length in characters.
    pub const MAX: usize = 40;
}

impl TenantName {
    /// Returns a valid name similar to a text, to be suggested to the user: `acme-corp` for `Acme Corp`. Returns `None` if no
    /// name can be made from the text.
    pub fn near(text: &str) -> Option<Self> {
        let lowered = text.to_lowercase();
        let words = lowered.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let name: String = words.collect::<Vec<_>>().join("-").chars().take(Self::MAX).collect();
        name.trim_end_matches('-').parse().ok()
    }
}

impl FromStr for TenantName {
    type Err = InvalidTenantName;

    fn from_str(text: &str) -> Result<Self, InvalidTenantName> {
        if text.is_empty() {
            return Err(InvalidTenantName::Empty);
        }
        if !text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err(InvalidTenantName::Character);
        }
        if text.len() > Self::MAX {
            return Err(InvalidTenantName::TooLong);
        }
        if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return Err(InvalidTenantName::Dash);
        }
        Ok(Self(text.to_owned()))
    }
}

crate::text_type!(TenantName, Some(TenantName::MAX), None, "acme");

#[cfg(test)]
mod tests {
    use super::{
        InvalidTenantName::{Character, Dash, Empty, TooLong},
        *,
    };
    use proptest::prelude::*;

    #[test]
    fn the_edges_of_a_name_are_held() {
        for good in ["a", "7", "acme", "a-b", "a1-2b", &"x".repeat(40)] {
            assert_eq!(good.parse::<TenantName>().map(|name| name.to_string()).as_deref(), Ok(good));
        }
        for (bad, why) in [
            ("", Empty),
            (&*"x".repeat(41), TooLong),
            ("Acme", Character),
            ("ac me", Character),
            ("acme.", Character),
            ("a/b", Character),
            ("..", Character),
            ("%2e", Character),
            ("аcme", Character),
            ("acme\0", Character),
            ("-acme", Dash),
            ("acme-", Dash),
            ("xn--80ak6aa92e", Dash),
        ] {
            assert_eq!(bad.parse::<TenantName>(), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn a_company_s_name_suggests_a_name() {
        for (text, near) in [
            ("Acme Corp", Some("acme-corp")),
            ("  Harbour & Sons, Ltd. ", Some("harbour-sons-ltd")),
            ("acme--corp-", Some("acme-corp")),
            (&*"a b ".repeat(30), Some("a-b-a-b-a-b-a-b-a-b-a-b-a-b-a-b-a-b-a-b")),
            ("…", None),
            ("", None),
        ] {
            assert_eq!(TenantName::near(text).map(|name| name.to_string()).as_deref(), near, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_parses_is_one_dns_label_and_one_path_segment(text in "\\PC{0,50}") {
            if let Ok(name) = text.parse::<TenantName>() {
                prop_assert_eq!(name.as_ref(), &text);
                prop_assert!(text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
                prop_assert!(!text.starts_with('-') && !text.ends_with('-') && !text.contains("--"));
            }
        }

        #[test]
        fn every_text_of_the_grammar_parses(text in "[a-z0-9]{1,10}(-[a-z0-9]{1,9}){0,3}") {
            prop_assert!(text.parse::<TenantName>().is_ok());
        }
    }
}
