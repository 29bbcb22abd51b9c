//! Security events: log lines with an `event` field, for tools that watch for attacks. The values of `event` do not change. The
//! span around each line has the tenant, the path and the request id. `docs/deploy.md` lists all events.

use std::borrow::Cow;

use domain::SignedIn;

use crate::{Client, Error};

/// How many bytes of a typed username are logged.
const LONGEST_NAME: usize = 64;

/// Logs the result of a sign-in with this username.
pub(crate) fn sign_in(typed: &str, client: &Client, done: &Result<SignedIn, Error>) {
    let (address, door) = (client.address.to_string(), client.kind.as_str());
    match done {
        Ok(SignedIn { user, .. }) => {
            tracing::info!(event = "sign_in", username = user.username.as_ref(), client = address, door, "signed in");
        }
        Err(error) => {
            let reason = if let Error::Unauthenticated(why) = error { (*why).to_owned() } else { error.to_string() };
            let username = &*cut(typed.trim(), LONGEST_NAME);
            tracing::info!(event = "sign_in_failed", username, client = address, door, reason, "a sign-in failed");
        }
    }
}

/// Logs that an address has reached the limit on sign-ups.
pub(crate) fn sign_up_limited(client: &Client) {
    let address = client.address.to_string();
    tracing::info!(event = "sign_up_limited", client = address, "an address signs up too often");
}

/// Cuts a text to at most `most` bytes. A cut text ends in `…`.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    format!("{}…", &text[..text.floor_char_boundary(most)]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters_and_marked() {
        assert_eq!(cut("grace", 5), "grace");
        assert_eq!(cut("grace", 4), "grac…");
        assert_eq!(cut("aéb", 2), "a…");
    }
}
