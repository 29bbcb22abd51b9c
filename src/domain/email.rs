//! `Email`: an address to reach a user; optional, unique within a tenant without regard to case.

use std::str::FromStr;

/// An address such as `ada@example.com`, kept as it was typed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text is no email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter an email address such as ada@example.com.")]
pub struct InvalidEmail;

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let options =
            email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
        let address =
            email_address::EmailAddress::parse_with_options(text.trim(), options).map_err(|_| InvalidEmail)?;
        Ok(Self(address.into()))
    }
}

crate::text_type!(Email, None, Some("email"), "grace@example.com");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_parse_and_other_texts_do_not() {
        assert_eq!(" Ada@Example.com ".parse::<Email>().unwrap().as_ref(), "Ada@Example.com");
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "Ada <ada@example.com>",
            "ada@localhost",
            "a@[127.0.0.1]",
        ] {
            assert_eq!(bad.parse::<Email>(), Err(InvalidEmail), "{bad}");
        }
    }
}
