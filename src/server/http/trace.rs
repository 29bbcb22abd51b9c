//! One span and one log line for each request, and its id in the answer. Of the address only the path is kept: a query
//! may hold a welcome code. No header and no body is ever logged.

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

/// How many bytes of a path the log has; its end has a mark then.
const LONGEST_PATH: usize = 256;

/// What the log and the answer call a request.
pub(crate) struct Trace {
    id: String,
    span: Span,
}

/// The log line of a request, written when it is over, be it that its client left.
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
    /// Names the request.
    pub(crate) fn of(backend: &Backend, request: &Request) -> Self {
        let (id, method, path) = (backend.new_request_id(), request.method().as_str(), request.uri().path());
        let path = &*backend::cut(path, LONGEST_PATH);
        let span = tracing::info_span!("request", id = id.as_str(), method, path, tenant = Empty);
        Self { id, span }
    }

    /// Its name.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Answers it, and tells the log how that ended.
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

/// A panic is a fault like any other: the client learns nothing of it, the log has it from the hook that `log` sets.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("the request panicked");
    Refusal::from(Code::Internal).into_response()
}
