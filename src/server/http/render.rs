//! Renders a refusal once, at the outer edge: as a page for a person, as `application/problem+json` for a program.

use app::{PageContext, ProblemPlace};
use axum::{
    Json,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{Html, IntoResponse, Response},
};
use backend::{Backend, SignUpPolicy};
use domain::Problem;

use crate::http::{accept::quality, problem::Refused, route_class::RouteClass};

/// Who reads an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Somebody who would rather have a page.
    Person,
    /// A program.
    Program,
}

impl Reader {
    /// The reader of a request's answer.
    pub(crate) fn of(request: &Request) -> Self {
        let person = wants_page(RouteClass::of(request.extensions()), request.headers());
        if person { Self::Person } else { Self::Program }
    }
}

/// Whether a person asks. A page is HTML unless JSON is liked better; a server function says so only to a plain form.
pub(crate) fn wants_page(class: RouteClass, headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    match class {
        RouteClass::Page => {
            let json = quality(accept, "application/json").max(quality(accept, "application/problem+json"));
            quality(accept, "text/html") >= json
        }
        RouteClass::Function => accept.contains("text/html"),
        RouteClass::Api | RouteClass::OtherApi | RouteClass::SignUp => false,
    }
}

/// Gives a refusal its body, with the status and the headers that it has by now. Every other answer stays as it is.
pub(crate) fn render(
    backend: &Backend,
    reader: Reader,
    page: Option<&PageContext>,
    mut response: Response,
) -> Response {
    let Some(refused) = response.extensions_mut().remove::<Refused>() else { return response };
    let body = match page {
        Some(page) if reader == Reader::Person => Html(problem_page(backend, &refused, page)).into_response(),
        _ => json(&refused.problem),
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH); // of the empty body: an inner router may have noted it
    (parts.status, parts.headers, body).into_response()
}

fn json(problem: &Problem) -> Response {
    let mut response = Json(problem).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if problem.code.status() == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn problem_page(backend: &Backend, refused: &Refused, page: &PageContext) -> String {
    let place = refused.visitor.as_ref().map_or(
        ProblemPlace::Site { base_url: backend.base_url(), open: backend.sign_up_policy() == SignUpPolicy::Open },
        |visitor| ProblemPlace::Workspace(visitor, refused.user.as_ref()),
    );
    app::problem_page(&refused.problem, page, place)
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
