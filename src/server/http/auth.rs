//! Extractors for the session and the rights of a request. The bearer token, or else the session cookie on a tenant's own host,
//! becomes a `Session` through `Visitor::authenticate`, which is the only way to a session. Rights are checked by the backend's
//! types, not here.

use axum::{
    extract::FromRequestParts,
    http::{
        HeaderMap, HeaderValue,
        header::{AUTHORIZATION, COOKIE},
        request::Parts,
    },
};
use backend::{ClientKind, Error};
use tower_cookies::cookie::Cookie;

use crate::http::{
    events,
    host::{InvalidTenant, NamedBy, TenantResolution},
    problem::Refusal,
};

/// A client of the tenant that the request names, signed in or not.
pub(crate) struct Visitor(pub(crate) backend::Visitor);

/// A user with a valid token of this tenant.
pub(crate) struct Session(pub(crate) backend::Session);

/// A user with a valid token who may use the workspace.
pub(crate) struct Member(pub(crate) backend::Member);

/// A member who may manage users.
pub(crate) struct Admin(pub(crate) backend::Admin);

/// A member who may manage the workspace itself.
pub(crate) struct Owner(pub(crate) backend::Owner);

/// The client's address, user agent and kind, as `client_address` found them.
pub(crate) struct Client(pub(crate) backend::Client);

/// The credential of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A token in `Authorization`. The cookie is then ignored.
    Bearer(String),
    /// A token in the session cookie, which a browser sends by itself.
    Cookie(String),
    /// More than one `Authorization`, or `Bearer` without a token. No token can be chosen.
    Unclear,
    /// No credential.
    Missing,
}

/// Returns the session of a request.
pub(crate) async fn authenticate(parts: &Parts) -> Result<backend::Session, Refusal> {
    let visitor = parts.extensions.get::<backend::Visitor>().ok_or(InvalidTenant::UNNAMED)?;
    let (token, door) = match Credential::of(parts) {
        Credential::Bearer(token) => (token, ClientKind::Api),
        Credential::Cookie(token) => (token, ClientKind::Browser),
        Credential::Unclear => return Err(Error::Unauthenticated("the Authorization header is not one token").into()),
        Credential::Missing => return Err(Error::Unauthenticated("there is no token").into()),
    };
    Ok(visitor.authenticate(&token, door).await.inspect_err(|error| events::token_refused(parts, error))?)
}

impl Credential {
    /// Reads the credential of a request. A cookie counts only where the host names the tenant.
    pub(crate) fn of(parts: &Parts) -> Self {
        let mut authorizations = parts.headers.get_all(AUTHORIZATION).iter();
        let shown = match (authorizations.next(), authorizations.next()) {
            (Some(_), Some(_)) => return Self::Unclear,
            (Some(value), None) => bearer(value.as_bytes()),
            (None, _) => None,
        };
        let by_host = || matches!(parts.extensions.get(), Some(TenantResolution::Tenant(_, NamedBy::Host)));
        let cookie = || by_host().then(|| cookie(&parts.headers)).flatten().map(Self::Cookie);
        shown.or_else(cookie).unwrap_or(Self::Missing)
    }
}

/// Parses `Bearer <token>`. Any other scheme counts as no credential.
fn bearer(authorization: &[u8]) -> Option<Credential> {
    let end = authorization.iter().position(u8::is_ascii_whitespace).unwrap_or(authorization.len());
    let (scheme, token) = authorization.split_at(end);
    let token = str::from_utf8(token.trim_ascii()).unwrap_or_default();
    scheme.eq_ignore_ascii_case(b"bearer").then(|| match token {
        "" => Credential::Unclear,
        token => Credential::Bearer(token.to_owned()),
    })
}

/// Removes the cookies that are not ASCII. One such byte makes a whole cookie line unreadable. Another site under the same
/// domain can set a cookie for the whole domain, and could so sign every user out and hide the messages of the next page.
pub(crate) fn keep_legible_cookies(headers: &mut HeaderMap) {
    if headers.get_all(COOKIE).iter().all(|line| line.to_str().is_ok()) {
        return;
    }
    let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let legible: Vec<&[u8]> = pairs.map(<[u8]>::trim_ascii).filter(|pair| pair.is_ascii()).collect();
    match HeaderValue::from_bytes(&legible.join(&b"; "[..])) {
        Ok(line) => drop(headers.insert(COOKIE, line)),
        Err(_) => drop(headers.remove(COOKIE)),
    }
}

/// The token in the session cookie.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.filter(|cookie| cookie.name() == app::SESSION_COOKIE).last().map(|cookie| cookie.value().to_owned())
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Self(parts.extensions.get().cloned().ok_or(InvalidTenant::UNNAMED)?))
    }
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = Refusal;

    /// Takes the session that the guard has added to the request.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Self(parts.extensions.get().cloned().ok_or(Error::Unauthenticated("no guard let this request through"))?))
    }
}

impl<S: Sync> FromRequestParts<S> for Member {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Session(session) = Session::from_request_parts(parts, state).await?;
        Ok(Self(session.member()?))
    }
}

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Member(member) = Member::from_request_parts(parts, state).await?;
        Ok(Self(member.admin()?))
    }
}

impl<S: Sync> FromRequestParts<S> for Owner {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Member(member) = Member::from_request_parts(parts, state).await?;
        Ok(Self(member.owner()?))
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Self(parts.extensions.get().cloned().ok_or(domain::Code::Internal)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn shown(by: NamedBy, headers: &[(&str, &str)]) -> Credential {
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(TenantResolution::Tenant("acme".parse().unwrap(), by));
        Credential::of(&parts)
    }

    #[test]
    fn a_bearer_beats_a_cookie_and_a_header_takes_no_cookie() {
        let cookie = ("cookie", "a=1; __Host-session=c; b=2");
        let bearer = ("authorization", "bearer  t");
        assert_eq!(shown(NamedBy::Host, &[cookie]), Credential::Cookie("c".into()));
        assert_eq!(shown(NamedBy::Host, &[cookie, bearer]), Credential::Bearer("t".into()));
        assert_eq!(shown(NamedBy::Header, &[cookie]), Credential::Missing);
        assert_eq!(shown(NamedBy::Header, &[cookie, bearer]), Credential::Bearer("t".into()));
        assert_eq!(shown(NamedBy::Host, &[("authorization", "Basic eA==")]), Credential::Missing);
        assert_eq!(shown(NamedBy::Host, &[cookie, ("authorization", "Basic eA==")]), Credential::Cookie("c".into()));
        assert_eq!(shown(NamedBy::Host, &[bearer, bearer]), Credential::Unclear);
        for unusable in ["bearer", "Bearer ", "Bearer \t "] {
            assert_eq!(shown(NamedBy::Host, &[cookie, ("authorization", unusable)]), Credential::Unclear, "{unusable}");
        }
        assert_eq!(super::bearer(b"Bearer \xff"), Some(Credential::Unclear));
    }
}
