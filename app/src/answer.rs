//! How a form's server function ends. An island gets the outcome as JSON with the problem's own status; a plain form gets
//! 303: on to the next page, or back to its own with a flash that says why. Everything goes out by `ResponseOptions`, which
//! `leptos_axum` applies last and which therefore wins over the 302 to the referrer that a server function makes.

use domain::Problem;
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::{UiError, asked, flash};

/// Ends the server function of the form on `page`: `outcome` says where to go or why not, `kept` what was typed.
pub(crate) fn answer(page: &str, kept: &[(&str, &str)], outcome: Result<String, UiError>) -> Result<String, UiError> {
    match &outcome {
        Ok(url) if asked::by_plain_form() => see_other(url),
        Ok(_) => {}
        Err(UiError(problem)) if asked::by_plain_form() => {
            flash::refuse(page, problem, kept);
            see_other(page);
        }
        Err(UiError(problem)) => refuse(problem),
    }
    outcome
}

/// Ends a request that was no form of ours, before its server function could begin.
pub(crate) fn unreadable(problem: &Problem) {
    if asked::by_plain_form() { see_other("/") } else { refuse(problem) }
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
