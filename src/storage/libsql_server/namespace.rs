//! `Namespace`: a name that libsql-server may get. The server itself takes almost anything and makes a path of it, so that
//! `../x` would name, and on deletion remove, a folder elsewhere: no such name becomes a `Namespace`.

use std::str::FromStr;

/// The most characters: a namespace may be a host's first label too.
const MAX: usize = 63;

/// The name of one namespace: letters a to z, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(String);

/// The text names no namespace of ours.
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
        // `default` is there whether it was made or not.
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
