//! The status and the headers of a response. They are set through `ResponseOptions`. `leptos_axum` applies these last, so they
//! override the 302 to the referrer with which a server function answers by default.

use domain::Problem;
use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER},
    request::Parts,
};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;

use crate::paths::DASHBOARD;

/// Whether the client is a plain HTML form, which needs a redirect as its response. Programs and islands get JSON instead.
pub(crate) fn by_plain_form() -> bool {
    let accept = with_context(|parts: &Parts| parts.headers.get(ACCEPT).cloned()).flatten();
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

/// Responds to a request that is not a valid form, before its server function could start.
pub(crate) fn unreadable(problem: &Problem) {
    if by_plain_form() { see_other(DASHBOARD) } else { refuse(problem) }
}

/// Responds with 303 to a URL that this server made.
pub(crate) fn see_other(url: &str) {
    if let (Some(response), Ok(url)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(url)) {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(LOCATION, url);
    }
}

/// Sets the status and the headers of the problem, as in the JSON API.
pub(crate) fn refuse(problem: &Problem) {
    status_of(problem);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
}

/// Sets the problem's status and, if it has one, `Retry-After` in seconds.
pub(crate) fn status_of(problem: &Problem) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    response.set_status(StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    if let Some(seconds) = problem.retry_after {
        response.insert_header(RETRY_AFTER, seconds.into());
    }
}
