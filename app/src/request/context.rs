//! What the server's middleware found out about a request before Leptos handles it: the tenant, the session and the client. A
//! server function takes its authority from here in its first line. A page takes from here what it shows.

use backend::{Backend, Client, Member, Session, SignUpPolicy, Visitor};
use domain::{Code, Problem};
use http::request::Parts;
use leptos::prelude::{use_context, with_context};
use tower_cookies::Cookies;
use url::form_urlencoded;

use crate::UiError;

/// A value from the request's extensions.
pub(crate) fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    with_context(|parts: &Parts| parts.extensions.get().cloned()).flatten()
}

/// The tenant that the request's host names. `None` means the base host.
pub(crate) fn visitor() -> Option<Visitor> {
    extension()
}

/// The session of the request. `None` means not signed in.
pub(crate) fn session() -> Option<Session> {
    extension()
}

/// The cookies of the request. What is added or removed here goes out with the response.
pub(crate) fn cookies() -> Option<Cookies> {
    extension()
}

/// The tenant of the request. It is an error on the base host.
pub(crate) fn require_visitor() -> Result<Visitor, UiError> {
    visitor().ok_or_else(|| Problem::new(Code::InvalidTenant).into())
}

/// The session of the request. It is an error if nobody is signed in.
pub(crate) fn require_session() -> Result<Session, UiError> {
    session().ok_or_else(|| Problem::detail(Code::Unauthorized, "You are no longer signed in. Sign in again.").into())
}

/// The signed-in member. It is an error without a session, and with a one-time password.
pub(crate) fn require_member() -> Result<Member, UiError> {
    Ok(require_session()?.member()?)
}

/// The client that sent the request: its address, its `User-Agent`, and whether it is a browser or a program.
pub(crate) fn client() -> Result<Client, UiError> {
    extension().ok_or_else(|| Problem::new(Code::Internal).into())
}

/// The backend of all tenants.
pub(crate) fn backend() -> Result<Backend, UiError> {
    use_context().ok_or_else(|| Problem::new(Code::Internal).into())
}

/// Whether sign-up is open to everyone.
pub(crate) fn sign_up_is_open() -> bool {
    backend().is_ok_and(|backend| backend.sign_up_policy() == SignUpPolicy::Open)
}

/// The path of the requested page.
pub(crate) fn path() -> String {
    with_context(|parts: &Parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// Path and query of the requested page, still percent-encoded.
pub(crate) fn target() -> String {
    let target = |parts: &Parts| parts.uri.path_and_query().map(|target| target.as_str().to_owned());
    with_context(target).flatten().unwrap_or_default()
}

/// A query parameter of the page, percent-decoded once. Leptos's `use_query_map` decodes twice, so that `%2526` becomes `&`.
pub(crate) fn query(name: &str) -> Option<String> {
    let found = |parts: &Parts| {
        let mut pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
    };
    with_context(found).flatten()
}

/// The cursor at which a list continues. An empty `cursor` parameter counts as `None`.
pub(crate) fn cursor() -> Option<String> {
    query("cursor").filter(|cursor| !cursor.is_empty())
}

/// Whether the request is a GET. A HEAD renders the same page, but must not use up a one-time password that is shown only once.
pub(crate) fn to_be_read() -> bool {
    with_context(|parts: &Parts| parts.method == http::Method::GET).unwrap_or(false)
}
