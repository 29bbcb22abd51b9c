//! Security events: lines of the log with an `event` that keeps its name, for whoever watches for attacks. The tenant, the
//! path and the request's id are in the span around each. `docs/deploy.md` lists them all.

use std::borrow::Cow;

use domain::SignedIn;

use crate::{Client, Error};

/// How many bytes of a username that somebody typed are kept.
const LONGEST_NAME: usize = 64;

/// Says what came of a sign-in with this name.
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

/// Says that an address signs up too often.
pub(crate) fn sign_up_limited(client: &Client) {
    let address = client.address.to_string();
    tracing::info!(event = "sign_up_limited", client = address, "an address signs up too often");
}

/// At most so many bytes of a text, with a mark where more follow.
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
