//! What the server's middleware found out about a request before Leptos saw it: which tenant is asked, by whom, from
//! where. A server function's first line takes its authority from here; a page takes what it shows.

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

/// The tenant on whose host this was asked.
pub(crate) fn visitor() -> Option<Visitor> {
    extension()
}

/// Who asks, if signed in.
pub(crate) fn session() -> Option<Session> {
    extension()
}

/// The cookies, in and out.
pub(crate) fn cookies() -> Option<Cookies> {
    extension()
}

/// The tenant, where there has to be one.
pub(crate) fn require_visitor() -> Result<Visitor, UiError> {
    visitor().ok_or_else(|| Problem::new(Code::InvalidTenant).into())
}

/// Whoever is signed in, where somebody has to be.
pub(crate) fn require_session() -> Result<Session, UiError> {
    session().ok_or_else(|| Problem::detail(Code::Unauthorized, "You are no longer signed in. Sign in again.").into())
}

/// A member of the workspace, where there has to be one.
pub(crate) fn require_member() -> Result<Member, UiError> {
    Ok(require_session()?.member()?)
}

/// The address and program that asks.
pub(crate) fn client() -> Result<Client, UiError> {
    extension().ok_or_else(|| Problem::new(Code::Internal).into())
}

/// All tenants' backend.
pub(crate) fn backend() -> Result<Backend, UiError> {
    use_context().ok_or_else(|| Problem::new(Code::Internal).into())
}

/// Whether anyone may sign a workspace up.
pub(crate) fn sign_up_is_open() -> bool {
    backend().is_ok_and(|backend| backend.sign_up_policy() == SignUpPolicy::Open)
}

/// The path of the page.
pub(crate) fn path() -> String {
    with_context(|parts: &Parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// Path and query of the page, as they were sent.
pub(crate) fn target() -> String {
    let target = |parts: &Parts| parts.uri.path_and_query().map(|target| target.as_str().to_owned());
    with_context(target).flatten().unwrap_or_default()
}

/// A parameter of the page's query, decoded once; `use_query_map` decodes twice, so that `%2526` becomes `&`.
pub(crate) fn query(name: &str) -> Option<String> {
    let found = |parts: &Parts| {
        let mut pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        pairs.find(|(given, _)| given == name).map(|(_, value)| value.into_owned())
    };
    with_context(found).flatten()
}

/// Where a list goes on. An empty one in the address of a page is none.
pub(crate) fn cursor() -> Option<String> {
    query("cursor").filter(|cursor| !cursor.is_empty())
}

/// Whether the page itself is asked for, and not by `HEAD` what it would be like: that must not spend what is shown once.
pub(crate) fn to_be_read() -> bool {
    with_context(|parts: &Parts| parts.method == http::Method::GET).unwrap_or(false)
}
