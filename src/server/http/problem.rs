//! `Refusal`: the answer to a refused request. A `Problem` becomes `application/problem+json`, or a page if the reader is a person. The
//! error chain of a fault is logged once and is never sent to the client.

use axum::{
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use backend::{Error, Visitor};
use domain::{Code, Problem, User};

use crate::http::host::InvalidTenant;

/// The reason why a request is refused.
#[derive(Debug)]
pub(crate) struct Refusal(Problem);

/// A refusal on its way out, with what its page shows around it.
#[derive(Clone)]
pub(crate) struct Refused {
    pub(crate) problem: Problem,
    /// The tenant that was asked.
    pub(crate) visitor: Option<Visitor>,
    /// The user who is signed in there.
    pub(crate) user: Option<User>,
}

impl Refusal {
    /// The code of the problem.
    pub(crate) fn code(&self) -> Code {
        self.0.code
    }
}

impl Refused {
    /// The refusal that an answer is, if it is one.
    pub(crate) fn of(response: &mut Response) -> Option<&mut Self> {
        response.extensions_mut().get_mut()
    }
}

/// Nothing is at this path.
pub(crate) async fn not_found() -> Refusal {
    Code::NotFound.into()
}

/// Answers a method that the path does not have. The router adds `Allow`.
pub(crate) async fn method_not_allowed() -> Refusal {
    Code::MethodNotAllowed.into()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let status = StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(seconds) = problem.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Refused { problem, visitor: None, user: None });
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
