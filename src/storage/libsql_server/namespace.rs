//! `Namespace`: a name that may be sent to libsql-server. The server itself accepts almost any name and makes a path of it. So
//! `../x` would name a folder elsewhere, and deleting it would remove that folder. Such a name cannot become a `Namespace`.

use std::str::FromStr;

/// Most characters of a name. A namespace may also be the first label of a host.
const MAX: usize = 63;

/// Name of one namespace: letters a to z, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(String);

/// The text is not a name that a namespace of Freehold can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a namespace has 1 to {MAX} characters out of a-z, 0-9 and dashes, begins and ends without a dash, and is not `default`"
)]
pub struct InvalidNamespace;

impl FromStr for Namespace {
    type Err = InvalidNamespace;

    fn from_str(text: &str) -> Result<Self, InvalidNamespace> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let whole = !text.starts_with('-') && !text.ends_with('-');
        // `default` exists without being created.
        let named = (1..=MAX).contains(&text.len()) && text != "default";
        if named && whole && text.bytes().all(fits) { Ok(Self(text.to_owned())) } else { Err(InvalidNamespace) }
    }
}

impl AsRef<str> for Namespace {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Namespace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_leave_its_folder_is_none() {
        for good in ["a", "acme-7k2m9xq4", "0", &"x".repeat(63)] {
            assert_eq!(good.parse::<Namespace>().unwrap().as_ref(), good);
        }
        for bad in ["", "..", "../x", "a/b", "a%2Fb", "A", "ä", "a b", "-a", "a-", "a.b", "default", &"x".repeat(64)] {
            assert_eq!(bad.parse::<Namespace>(), Err(InvalidNamespace), "{bad}");
        }
    }
}
