//! `Email`: the email address of a user. It is optional, and unique within a tenant: case does not matter.

use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

/// An email address such as `ada@example.com`. Its case is kept as it was typed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text is not an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter an email address such as ada@example.com.")]
pub struct InvalidEmail;

impl Email {
    /// Returns a key that is equal for all spellings of the address: lower-case, NFKC, and the domain in its ASCII form as in
    /// the DNS.
    pub fn key(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let fold = |text: &str| text.nfkc().collect::<String>().to_lowercase().nfkc().collect::<String>();
        let domain = url::Host::parse(domain).map_or_else(|_| fold(domain), |host| host.to_string());
        format!("{}@{domain}", fold(local))
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        // NFC joins a letter and its combining mark. The parser refuses them as two characters.
        let text: String = text.trim().nfc().collect();
        let options =
            email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
        let address = email_address::EmailAddress::parse_with_options(&text, options).map_err(|_| InvalidEmail)?;
        Ok(Self(address.into()))
    }
}

crate::text_type!(Email, None, Some("email"), "grace@example.com");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_an_address_have_one_key() {
        let key = |text: &str| text.parse::<Email>().unwrap().key();
        for (one, other) in [
            ("Ada@Example.com", "ada@example.COM"),
            ("\u{c9}@x.example", "\u{e9}@x.example"),
            ("e\u{301}@x.example", "\u{c9}@x.example"),
            ("a@m\u{fc}nchen.example", "a@xn--mnchen-3ya.example"),
            ("a@M\u{dc}NCHEN.example", "a@mu\u{308}nchen.example"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_eq!(key("Ada+1@Example.com"), "ada+1@example.com");
        assert_ne!(key("e@x.example"), key("\u{e9}@x.example"));
    }

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
