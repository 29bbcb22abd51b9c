//! Compresses answers. `tower_http` does it and says how; here is which: a layer of it would carry the state of an encoder,
//! 18 kB, through every answer, be it one of 200 bytes.

use std::{convert::Infallible, future::ready};

use axum::{
    body::Body,
    http::{HeaderValue, Request, header::ACCEPT_ENCODING},
    response::Response,
};
use tower::{ServiceExt, service_fn};
use tower_http::compression::{
    Compression, Predicate,
    predicate::{NotForContentType, SizeAbove},
};

use crate::http::download;

/// What encodings a client says that it can read, in as many lines as it took.
pub(crate) struct Encodings(Vec<HeaderValue>);

impl Encodings {
    /// Of whoever sent the request.
    pub(crate) fn of(request: &Request<Body>) -> Self {
        Self(request.headers().get_all(ACCEPT_ENCODING).iter().cloned().collect())
    }

    /// Only this one, such as `br`.
    pub(crate) fn one(encoding: &'static str) -> Self {
        Self(vec![HeaderValue::from_static(encoding)])
    }

    /// The answer, compressed if that is worth its while.
    pub(crate) async fn compress(self, answer: Response) -> Response {
        if !worth_while().should_compress(&answer) {
            return answer;
        }
        let status = answer.status();
        let mut request = Request::new(answer);
        for line in self.0 {
            request.headers_mut().append(ACCEPT_ENCODING, line);
        }
        let answered = service_fn(|request: Request<_>| ready(Ok::<_, Infallible>(request.into_body())));
        let Ok(mut compressed) = Compression::new(answered).compress_when(worth_while()).oneshot(request).await;
        // Where no encoding is acceptable it says 406, when all is done already: an answer in plain is better than none.
        *compressed.status_mut() = status;
        compressed.map(Body::new)
    }
}

/// Neither what is small, nor what is compressed by its nature, nor a download: that says how large it is, and goes as fast
/// as it can be read.
fn worth_while() -> impl Predicate {
    SizeAbove::new(256)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("application/wasm"))
        .and(NotForContentType::const_new(download::MEDIA_TYPE))
}
