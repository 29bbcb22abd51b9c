//! The status and headers of an answer. They go out by `ResponseOptions`, which `leptos_axum` applies last and which therefore
//! wins over the 302 to the referrer that a server function makes.

use domain::Problem;
use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER},
    request::Parts,
};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;

use crate::paths::DASHBOARD;

/// Whether a plain form asks, to which a redirect is an answer; a program or an island wants JSON.
pub(crate) fn by_plain_form() -> bool {
    let accept = with_context(|parts: &Parts| parts.headers.get(ACCEPT).cloned()).flatten();
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

/// Ends a request that was no form of ours, before its server function could begin.
pub(crate) fn unreadable(problem: &Problem) {
    if by_plain_form() { see_other(DASHBOARD) } else { refuse(problem) }
}

/// 303 to a URL of our own making.
pub(crate) fn see_other(url: &str) {
    if let (Some(response), Ok(url)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(url)) {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(LOCATION, url);
    }
}

/// The problem's status and headers, as the JSON API has them.
pub(crate) fn refuse(problem: &Problem) {
    status_of(problem);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
}

/// The problem's status, and when another try makes sense.
pub(crate) fn status_of(problem: &Problem) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    response.set_status(StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    if let Some(seconds) = problem.retry_after {
        response.insert_header(RETRY_AFTER, seconds.into());
    }
}
