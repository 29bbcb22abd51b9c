//! Security events of HTTP: refused attacks, and downloads of a workspace's database. Each is one log line. Its `event` field
//! never changes, and `docs/deploy.md` lists them. The backend logs the events of signing in.

use axum::http::{HeaderMap, request::Parts};
use backend::{Client, Error, cut};

/// Longest header value in the log, in bytes.
const LONGEST: usize = 128;

/// Logs that a token was refused, and why. Other errors are not logged here.
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

/// Logs that a cross-site request was refused.
pub(crate) fn cross_site_refused(parts: &Parts) {
    let (client, origin, site) =
        (client(parts), text(&parts.headers, "origin"), text(&parts.headers, "sec-fetch-site"));
    tracing::info!(event = "cross_site_refused", client, origin, site, "a request of another site is refused");
}

/// Logs that an owner downloads the workspace's database.
pub(crate) fn download(owner: &backend::Owner, client: &Client) {
    let (username, address) = (&owner.member().me().username, client.address.to_string());
    tracing::info!(
        event = "database_downloaded",
        username = username.as_ref(),
        client = address,
        "an owner downloads it all"
    );
}

/// Logs that the copy for a download failed after the answer had begun.
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
