//! The cookies: who is signed in, what to say once, and what was typed when a session had ended. All are `__Host-`: one host's alone, so that no tenant can set
//! or see another's. The server reads the first on each request; sign-in and a new password set it.

use domain::SignedIn;
use tower_cookies::{
    Cookie, Cookies,
    cookie::{Expiration, SameSite, time::OffsetDateTime},
};

/// The browser's token.
pub const SESSION_COOKIE: &str = "__Host-session";
/// What the next page says once; see `flash.rs`.
pub const FLASH_COOKIE: &str = "__Host-flash";

/// What was typed into a form when its session had ended; see `sent.rs`.
pub(crate) const KEPT_COOKIE: &str = "__Host-kept";

/// Whether the browser keeps cookies at all: the sign-in page sets it, and its form says so.
const PROBE_COOKIE: &str = "__Host-probe";

/// Has the browser keep a cookie, so that `keeps_none` can tell later.
pub(crate) fn probe(cookies: &Cookies) {
    if cookies.get(PROBE_COOKIE).is_none() {
        cookies.add(cookie(PROBE_COOKIE, "1".to_owned()));
    }
}

/// Whether the browser kept nothing of what a page with a probe set.
pub(crate) fn keeps_none(cookies: &Cookies) -> bool {
    cookies.get(PROBE_COOKIE).is_none()
}

/// The cookie of a new session; it ends with its token.
pub fn session_cookie(signed_in: &SignedIn) -> Cookie<'static> {
    let mut cookie = cookie(SESSION_COOKIE, signed_in.token.expose().to_owned());
    if let Ok(end) = OffsetDateTime::from_unix_timestamp(signed_in.expires_at.as_second()) {
        cookie.set_expires(Expiration::DateTime(end));
    }
    cookie
}

/// What to hand to `Cookies::remove`: browsers drop a `__Host-` cookie only by one with the same attributes.
pub fn removal_of(name: &'static str) -> Cookie<'static> {
    cookie(name, String::new())
}

/// A cookie of this host alone, hidden from scripts.
pub(crate) fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build()
}
