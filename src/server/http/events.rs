//! Security events of the wire: refused attacks, and who took a copy of a workspace. Each is one line of the log, whose
//! `event` keeps its name; `docs/deploy.md` lists them. Those of signing in are the backend's.

use axum::http::{HeaderMap, request::Parts};
use backend::{Client, Error, cut};

/// How many bytes of a header are kept.
const LONGEST: usize = 128;

/// Says that a token was refused, and why. Other failures are no event.
pub(crate) fn token_refused(parts: &Parts, error: &Error) {
    let client = client(parts);
    match error {
        Error::Forbidden(reason) => {
            tracing::info!(event = "foreign_token", client, reason, "a token of another tenant is refused");
        }
        Error::Unauthenticated(reason) => tracing::info!(event = "token_refused", client, reason, "a token is refused"),
        _ => {}
    }
}

/// Says that a request of another site was refused.
pub(crate) fn cross_site_refused(parts: &Parts) {
    let (client, origin, site) =
        (client(parts), text(&parts.headers, "origin"), text(&parts.headers, "sec-fetch-site"));
    tracing::info!(event = "cross_site_refused", client, origin, site, "a request of another site is refused");
}

/// Says that an owner takes a copy of the workspace's database.
pub(crate) fn download(owner: &backend::Owner, client: &Client) {
    let (username, address) = (&owner.member().me().username, client.address.to_string());
    tracing::info!(
        event = "database_downloaded",
        username = username.as_ref(),
        client = address,
        "an owner downloads it all"
    );
}

/// Says that a copy could not be made for an owner whose answer had begun.
pub(crate) fn download_failed(owner: &backend::Owner, client: &Client, error: &Error) {
    let (username, address) = (&owner.member().me().username, client.address.to_string());
    tracing::error!(
        event = "download_failed",
        username = username.as_ref(),
        client = address,
        error = error.chain(),
        "the copy could not be made, and its answer was broken off"
    );
}

fn client(parts: &Parts) -> Option<String> {
    parts.extensions.get::<Client>().map(|client| client.address.to_string())
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| cut(&String::from_utf8_lossy(value.as_bytes()), LONGEST).into_owned())
}
