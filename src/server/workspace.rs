//! The guard of a tenant's pages. It stands before Leptos: without a session there is the sign-in page, and with a
//! one-time password's session there is `/account`, whatever path was asked, so that no path tells whether it exists.

use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode, Uri, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::Code;
use url::form_urlencoded;

use crate::{
    area::Area,
    auth::authenticate,
    problem::{Refusal, wants_page},
};

const SIGN_IN: &str = "/sign-in";
const ACCOUNT: &str = "/account";
const WELCOME: &str = "/welcome";
/// What looks at a session where there is one, and goes on without.
const WITH_OR_WITHOUT: [&str; 4] = [SIGN_IN, WELCOME, "/_fn/sign-in", "/_fn/sign-out"];

/// Lets members through, and leads everyone else to where they may go on.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (path, area) = (parts.uri.path(), Area::of(parts.uri.path()));
    match authenticate(&parts).await {
        Ok(session) if area == Area::Page && ![ACCOUNT, WELCOME].contains(&path) && session.member().is_err() => {
            Redirect::to(ACCOUNT).into_response()
        }
        Ok(session) => {
            let user = session.user().clone();
            parts.extensions.insert(session);
            let mut response = next.run(Request::from_parts(parts, body)).await;
            // For `problem::readable`: a page that is not there has the same ways around it.
            response.extensions_mut().insert(user);
            response
        }
        Err(refusal) if WITH_OR_WITHOUT.contains(&path) && has_no_session(&refusal) => {
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) if refusal.code() == Code::Unauthorized && wants_page(area, &parts.headers) => {
            sign_in_instead(parts, next).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Whether the refusal says that there is no session here, and not that nobody could tell.
fn has_no_session(refusal: &Refusal) -> bool {
    matches!(refusal.code(), Code::Unauthorized | Code::AccessDenied)
}

/// 401 with the sign-in page as its body, which leads on to what was asked for.
async fn sign_in_instead(mut parts: Parts, next: Next) -> Response {
    parts.uri = sign_in_page(&parts.method, &parts.uri);
    parts.method = Method::GET;
    let page = next.run(Request::from_parts(parts, Body::empty())).await;
    (StatusCode::UNAUTHORIZED, page).into_response()
}

/// The sign-in page's address. Only what was to be read can be gone on to, and the front page needs no mention.
fn sign_in_page(method: &Method, asked: &Uri) -> Uri {
    let target = asked.path_and_query().map_or("/", |target| target.as_str());
    if !method.is_safe() || target == "/" {
        return Uri::from_static(SIGN_IN);
    }
    let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", target).finish();
    format!("{SIGN_IN}?{next}").parse().unwrap_or_else(|_| Uri::from_static(SIGN_IN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sign_in_page_keeps_where_one_wanted_to_go() {
        for (method, asked, page) in [
            (Method::GET, "/", "/sign-in"),
            (Method::GET, "/account?tab=a&b", "/sign-in?next=%2Faccount%3Ftab%3Da%26b"),
            (Method::GET, "http://acme.localhost/account", "/sign-in?next=%2Faccount"),
            (Method::POST, "/_fn/sign-out", "/sign-in"),
        ] {
            assert_eq!(sign_in_page(&method, &asked.parse().unwrap()), page, "{asked}");
        }
    }
}
