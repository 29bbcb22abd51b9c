//! `Refusal`: how the wire says no. A `Problem` becomes `application/problem+json` here, and a readable page where a
//! person asked; the chain of a fault goes to the log, once, and never to the client.

use app::{PageContext, ProblemPlace};
use axum::{
    Json,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{Html, IntoResponse, Response},
};
use backend::{Backend, Error, SignUpPolicy, Visitor};
use domain::{Code, Problem, User};

use crate::http::{host::InvalidTenant, route_class::RouteClass};

/// Why a request is not answered as it asked.
#[derive(Debug)]
pub(crate) struct Refusal(Problem);

impl Refusal {
    /// What is refused, in one word.
    pub(crate) fn code(&self) -> Code {
        self.0.code
    }
}

/// Nothing is at this path.
pub(crate) async fn not_found() -> Refusal {
    Code::NotFound.into()
}

/// Something is at this path, but not for this method; the router adds `Allow`.
pub(crate) async fn method_not_allowed() -> Refusal {
    Code::MethodNotAllowed.into()
}

/// Who reads an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Somebody who would rather have a page.
    Person,
    /// A program.
    Program,
}

impl Reader {
    /// Whoever sent the request.
    pub(crate) fn of(request: &Request) -> Self {
        let person = wants_page(RouteClass::of(request.extensions()), request.headers());
        if person { Self::Person } else { Self::Program }
    }
}

/// Answers a person with a page where what is inside answered with a problem.
pub(crate) fn readable(
    backend: &Backend,
    reader: Reader,
    page: Option<&PageContext>,
    mut response: Response,
) -> Response {
    match (response.extensions_mut().remove::<Problem>(), page) {
        (Some(problem), Some(page)) if reader == Reader::Person => {
            let visitor = response.extensions_mut().remove::<Visitor>();
            let user = response.extensions_mut().remove::<User>();
            let html = problem_page(backend, visitor.as_ref(), user.as_ref(), &problem, page);
            with_page(response, &html)
        }
        _ => response,
    }
}

/// Whether a person asks. A page is HTML unless JSON is liked better; a server function says so only to a plain form.
pub(crate) fn wants_page(class: RouteClass, headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    match class {
        RouteClass::Page => {
            let json = liking(accept, "application/json").max(liking(accept, "application/problem+json"));
            liking(accept, "text/html") >= json
        }
        RouteClass::Function => accept.contains("text/html"),
        RouteClass::Api | RouteClass::OtherApi | RouteClass::SignUp => false,
    }
}

/// The quality, in thousandths, that an `Accept` header gives a media type: by its most specific range.
fn liking(accept: &str, media_type: &str) -> u16 {
    let general = format!("{}/*", media_type.split('/').next().unwrap_or_default());
    let ranges = accept.split(',').filter_map(|range| {
        let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
        let name = name.trim();
        let specific = [media_type, &general, "*/*"].iter().position(|known| known.eq_ignore_ascii_case(name))?;
        let quality = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
        Some((specific, quality.map_or(1000, thousandths)))
    });
    ranges.min_by_key(|(specific, _)| *specific).map_or(0, |(_, quality)| quality)
}

/// `0.8` is 800; what is no quality is none.
fn thousandths(quality: &str) -> u16 {
    match quality.trim().split_once('.') {
        Some(("0", decimals)) => format!("{decimals:0<3}").get(..3).and_then(|text| text.parse().ok()).unwrap_or(0),
        _ => u16::from(quality.trim().starts_with('1')) * 1000,
    }
}

fn problem_page(
    backend: &Backend,
    visitor: Option<&Visitor>,
    user: Option<&User>,
    problem: &Problem,
    page: &PageContext,
) -> String {
    let place = visitor.map_or(
        ProblemPlace::Site { base_url: backend.base_url(), open: backend.sign_up_policy() == SignUpPolicy::Open },
        |visitor| ProblemPlace::Workspace(visitor, user),
    );
    app::problem_page(problem, page, place)
}

/// The same status and headers, with a page as the body.
fn with_page(response: Response, page: &str) -> Response {
    let (mut parts, _) = response.into_parts();
    for header in [CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE] {
        parts.headers.remove(header);
    }
    (parts.status, parts.headers, Html(page.to_owned())).into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = problem.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(problem);
        response
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self(Problem::new(code))
    }
}

impl From<InvalidTenant> for Refusal {
    fn from(invalid: InvalidTenant) -> Self {
        Self(invalid.into())
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        if error.is_fault() {
            tracing::error!(error = error.chain(), "the request failed");
        } else {
            tracing::debug!(%error, "the request is refused");
        }
        Self(error.problem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_from_a_program() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (class, accept, page) in [
            (RouteClass::Page, Some(browser), true),
            (RouteClass::Page, Some("*/*"), true),
            (RouteClass::Page, None, true),
            (RouteClass::Page, Some("application/json"), false),
            (RouteClass::Page, Some("application/json;q=0.5, text/html;q=0.50"), true),
            (RouteClass::Page, Some("application/json, text/html;q=0.9"), false),
            (RouteClass::Function, Some(browser), true),
            (RouteClass::Function, Some("*/*"), false),
            (RouteClass::Function, Some("application/json"), false),
            (RouteClass::Api, Some(browser), false),
            (RouteClass::SignUp, Some(browser), false),
        ] {
            let headers = accept.map(|accept| (ACCEPT, HeaderValue::from_static(accept)));
            assert_eq!(wants_page(class, &headers.into_iter().collect()), page, "{class:?} {accept:?}");
        }
    }
}
