//! Names that no tenant may take: the mailbox names of RFC 2142, hosts that programs or people would trust, and the names
//! that the operator adds. They are checked only when a tenant is created. Existing tenants keep their names.

use std::collections::HashSet;

use crate::{InvalidTenantName, TenantName};

/// The mailbox names of RFC 2142, then host names with a special meaning.
const BUILT_IN: &str = "info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www \
    uucp ftp api admin app console auth login signin signup account accounts id sso status help secure billing pay docs \
    blog static cdn assets pkg mail smtp imap pop vpn wpad autodiscover autoconfig isatap mta-sts localhost test dev \
    staging demo";

/// The reserved names of one installation.
#[derive(Debug, Clone, Default)]
pub struct ReservedNames(HashSet<TenantName>);

impl ReservedNames {
    /// Returns the built-in names and the names in the text of a file: one name a line, `#` begins a comment.
    ///
    /// # Errors
    /// When a line is not a valid tenant name: its number (from 1) and the reason.
    pub fn with_file(text: &str) -> Result<Self, (usize, InvalidTenantName)> {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        lines
            .enumerate()
            .filter(|(_, name)| !name.is_empty())
            .map(|(index, name)| name.parse().map_err(|why| (index + 1, why)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether the name is reserved, so that no new tenant may take it.
    pub fn contains(&self, name: &TenantName) -> bool {
        let text = name.as_ref();
        let numbered =
            |stem| text.strip_prefix(stem).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        BUILT_IN.split_ascii_whitespace().any(|reserved| reserved == text)
            || text.contains("freehold")
            || numbered("ns")
            || numbered("mx")
            || self.0.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_and_added_names_are_reserved_and_others_are_not() {
        let names = ReservedNames::with_file("# ours\nacme-internal # not for sale\n\n").unwrap();
        for reserved in ["www", "postmaster", "mta-sts", "ns", "ns1", "mx20", "my-freehold-2", "acme-internal"] {
            assert!(names.contains(&reserved.parse().unwrap()), "{reserved}");
        }
        for free in ["acme", "nsa", "mxyz", "support-team", "free-hold"] {
            assert!(!names.contains(&free.parse().unwrap()), "{free}");
        }
    }

    #[test]
    fn a_bad_line_is_named() {
        assert_eq!(ReservedNames::with_file("ok\nNot Ok").unwrap_err(), (2, InvalidTenantName::Character));
    }
}
