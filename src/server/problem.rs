//! `Refusal`: how the wire says no. A `Problem` becomes `application/problem+json` here, and a readable page where a
//! person asked; the chain of a fault goes to the log, once, and never to the client.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use backend::{Backend, Visitor};
use domain::{Code, Problem};

use crate::area::Area;

/// Why a request is not answered as it asked.
#[derive(Debug)]
pub(crate) struct Refusal(Problem);

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self(Problem::new(code))
    }
}

impl<P: Into<Problem>> From<P> for Refusal {
    fn from(problem: P) -> Self {
        Self(problem.into())
    }
}
