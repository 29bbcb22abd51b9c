//! One span and one log line for each request, and the `x-request-id` header of its answer. The log has the path only, because
//! a query may hold a welcome code. Headers and bodies are never logged.

use std::time::Instant;

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use backend::Backend;
use domain::Code;
use tracing::{Instrument, Span, field::Empty};

use crate::http::problem::Refusal;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest path in the log, in bytes. A longer path is cut and ends with a mark.
const LONGEST_PATH: usize = 256;

/// The id and the log span of a request.
pub(crate) struct Trace {
    id: String,
    span: Span,
}

/// The log line of a request. It is written on drop, also when the client has left before the answer.
struct Line {
    began: Instant,
    status: Option<u16>,
}

impl Drop for Line {
    fn drop(&mut self) {
        let milliseconds = self.began.elapsed().as_secs_f64() * 1000.0;
        if let Some(status) = self.status {
            tracing::info!(status, milliseconds, "answered");
        } else {
            tracing::info!(milliseconds, "abandoned");
        }
    }
}

impl Trace {
    /// Creates the id and the span of a request.
    pub(crate) fn of(backend: &Backend, request: &Request) -> Self {
        let (id, method, path) = (backend.new_request_id(), request.method().as_str(), request.uri().path());
        let path = &*backend::cut(path, LONGEST_PATH);
        let span = tracing::info_span!("request", id = id.as_str(), method, path, tenant = Empty);
        Self { id, span }
    }

    /// The request's id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Runs the answer in the request's span, adds the id to the answer, and logs the result.
    pub(crate) async fn answered(self, answer: impl Future<Output = Response>) -> Response {
        let Self { id, span } = self;
        let work = async {
            let mut line = Line { began: Instant::now(), status: None };
            let mut response = answer.await;
            line.status = Some(response.status().as_u16());
            if let Ok(id) = HeaderValue::try_from(id) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
            response
        };
        work.instrument(span).await
    }
}

/// Answers 500 after a panic in a handler. The client gets no details. The panic hook that `log` sets logs them.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("the request panicked");
    Refusal::from(Code::Internal).into_response()
}
