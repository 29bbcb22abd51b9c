//! One span and one log line for each request, and its id in the answer. Of the address only the path is kept: a query
//! may hold a welcome code. No header and no body is ever logged.

use std::time::Instant;

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::Backend;
use domain::Code;
use tracing::{Instrument, field::Empty};

use crate::problem::Refusal;

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

/// Names the request, and tells the log how it ended.
pub(crate) async fn request(State(backend): State<Backend>, request: Request, next: Next) -> Response {
    let id = backend.new_request_id();
    let span =
        tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path(), tenant = Empty);
    let work = async {
        let mut line = Line { began: Instant::now(), status: None };
        let mut response = next.run(request).await;
        line.status = Some(response.status().as_u16());
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-request-id", id);
        }
        response
    };
    work.instrument(span).await
}

/// A panic is a fault like any other: the client learns nothing of it, the log has it from the hook that `log` sets.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("the request panicked");
    Refusal::from(Code::Internal).into_response()
}
