//! The guard of a tenant's pages. It runs before Leptos. Without a session the answer is the sign-in page. With the session of
//! a one-time password it leads to `/account`. Both hold for every path, so that an answer does not show whether a path exists.

use app::{
    Sent,
    paths::{ACCOUNT, DASHBOARD, SIGN_IN, WELCOME},
};
use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode, Uri, request::Parts, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use backend::Visitor;
use domain::Code;
use tower_cookies::Cookies;
use url::form_urlencoded;

use crate::http::{
    auth::authenticate,
    body,
    problem::{Refusal, Refused},
    render::wants_page,
    route_class::RouteClass,
};

/// The address from which password managers reach the page that changes the password. It works with or without a session.
pub(crate) const CHANGE_PASSWORD: &str = "/.well-known/change-password";
/// The paths that also work without a session.
const WITH_OR_WITHOUT: [&str; 5] = [SIGN_IN, WELCOME, CHANGE_PASSWORD, "/_fn/sign-in", "/_fn/sign-out"];

/// Lets members pass. Any other user is sent to the sign-in page or to `/account`.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (path, class) = (parts.uri.path(), RouteClass::of(&parts.extensions));
    match authenticate(&parts).await {
        Ok(session)
            if class == RouteClass::Page && ![ACCOUNT, WELCOME].contains(&path) && session.member().is_err() =>
        {
            Redirect::to(ACCOUNT).into_response()
        }
        Ok(session) => {
            let user = session.user().clone();
            parts.extensions.insert(session);
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if let Some(refused) = Refused::of(&mut response) {
                refused.user = Some(user); // a page that is not there has the same ways around it
            }
            response
        }
        Err(refusal) if WITH_OR_WITHOUT.contains(&path) && has_no_session(&refusal) => {
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) if refusal.code() == Code::Unauthorized && wants_page(class, &parts.headers) => {
            sign_in_instead(parts, body, next).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Redirects a password manager to the page that changes the password.
pub(crate) async fn change_password() -> Redirect {
    Redirect::to(ACCOUNT)
}

/// Whether the refusal means that there is no valid session. Other refusals mean that the session could not be checked.
fn has_no_session(refusal: &Refusal) -> bool {
    matches!(refusal.code(), Code::Unauthorized | Code::AccessDenied)
}

/// Answers 401 with the sign-in page, which leads back to the requested page.
async fn sign_in_instead(mut parts: Parts, body: Body, next: Next) -> Response {
    let form = if RouteClass::of(&parts.extensions) == RouteClass::Function { keep(&parts, body).await } else { None };
    let asked = form.as_ref().or_else(|| parts.uri.path_and_query().filter(|_| parts.method.is_safe()));
    parts.uri = sign_in_page(asked.map_or(DASHBOARD, PathAndQuery::as_str));
    parts.method = Method::GET;
    parts.extensions.insert(RouteClass::Page);
    let page = next.run(Request::from_parts(parts, Body::empty())).await;
    (StatusCode::UNAUTHORIZED, page).into_response()
}

/// Keeps the values of a form whose session has ended, and returns the form's page.
async fn keep(parts: &Parts, body: Body) -> Option<PathAndQuery> {
    let sent = Sent::of(&body::read(body).await.ok()?);
    let (visitor, cookies) = (parts.extensions.get::<Visitor>()?, parts.extensions.get::<Cookies>()?);
    sent.keep(parts.uri.path(), cookies, visitor.flash_key());
    sent.page()?.parse().ok()
}

/// The address of the sign-in page, with the page to open after it. The dashboard is the default and is left out, and a server
/// function cannot be opened.
fn sign_in_page(target: &str) -> Uri {
    if target == DASHBOARD || RouteClass::of_path(target.split('?').next().unwrap_or_default()) == RouteClass::Function
    {
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
        for (asked, page) in [
            ("/", "/sign-in"),
            ("/account?tab=a&b", "/sign-in?next=%2Faccount%3Ftab%3Da%26b"),
            ("/_fn/check-name?name=a", "/sign-in"),
        ] {
            assert_eq!(sign_in_page(asked), page, "{asked}");
        }
    }
}
