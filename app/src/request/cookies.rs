//! The cookies: the session token, the flash, the kept form, and a probe. All names start with `__Host-`, so a cookie belongs
//! to one host, and a tenant can neither set nor read another tenant's cookies. The server reads the session cookie on each
//! request. Sign-up, sign-in and a password change set it.

use domain::SignedIn;
use tower_cookies::{
    Cookie, Cookies,
    cookie::{Expiration, SameSite, time::OffsetDateTime},
};

/// The cookie with the browser's session token.
pub const SESSION_COOKIE: &str = "__Host-session";
/// The cookie with the message that the next page shows once; see `flash.rs`.
pub const FLASH_COOKIE: &str = "__Host-flash";

/// The cookie with what was typed into a form whose session had ended; see `sent.rs`.
pub(crate) const KEPT_COOKIE: &str = "__Host-kept";

/// The cookie that tests whether the browser accepts cookies. The sign-in page sets it, and the field `probed` of its form says
/// so.
const PROBE_COOKIE: &str = "__Host-probe";

/// Sets the probe cookie, so that `keeps_none` can test for it in a later request.
pub(crate) fn probe(cookies: &Cookies) {
    if cookies.get(PROBE_COOKIE).is_none() {
        cookies.add(cookie(PROBE_COOKIE, "1".to_owned()));
    }
}

/// Whether the request lacks the probe cookie. After a page that set it, this means that the browser accepts no cookies.
pub(crate) fn keeps_none(cookies: &Cookies) -> bool {
    cookies.get(PROBE_COOKIE).is_none()
}

/// The cookie of a new session. It expires together with its token.
pub fn session_cookie(signed_in: &SignedIn) -> Cookie<'static> {
    let mut cookie = cookie(SESSION_COOKIE, signed_in.token.expose().to_owned());
    if let Ok(end) = OffsetDateTime::from_unix_timestamp(signed_in.expires_at.as_second()) {
        cookie.set_expires(Expiration::DateTime(end));
    }
    cookie
}

/// The cookie to pass to `Cookies::remove`. Browsers delete a `__Host-` cookie only if the attributes are the same.
pub fn removal_of(name: &'static str) -> Cookie<'static> {
    cookie(name, String::new())
}

/// A cookie for this host only, not readable by scripts.
pub(crate) fn cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build()
}
