//! Compresses answers with `tower_http`, unless they are small or compressed already. It is not a layer of `tower_http`: such a
//! layer would carry the state of an encoder, 18 kB, through every answer, even one of 200 bytes.

use std::{convert::Infallible, future::ready};

use axum::{
    body::Body,
    http::{
        HeaderValue, Request,
        header::{ACCEPT_ENCODING, VARY},
    },
    response::Response,
};
use tower::{ServiceExt, service_fn};
use tower_http::compression::{
    Compression, Predicate,
    predicate::{NotForContentType, SizeAbove},
};

use crate::http::download;

/// The `Accept-Encoding` header lines of a request.
pub(crate) struct Encodings(Vec<HeaderValue>);

impl Encodings {
    /// The encodings that the client of this request accepts.
    pub(crate) fn of(request: &Request<Body>) -> Self {
        Self(request.headers().get_all(ACCEPT_ENCODING).iter().cloned().collect())
    }

    /// Accepts only this encoding, such as `br`.
    pub(crate) fn one(encoding: &'static str) -> Self {
        Self(vec![HeaderValue::from_static(encoding)])
    }

    /// Compresses the answer if its size and type make that useful and the client accepts an encoding.
    pub(crate) async fn compress(self, mut answer: Response) -> Response {
        if !worth_while().should_compress(&answer) {
            return answer;
        }
        if self.0.is_empty() {
            answer.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
            return answer;
        }
        // Boxed, because the encoder's state would make the future of every request 18 kB larger, and it is moved several times.
        Box::pin(self.compressed(answer)).await
    }

    async fn compressed(self, answer: Response) -> Response {
        let status = answer.status();
        let mut request = Request::new(answer);
        for line in self.0 {
            request.headers_mut().append(ACCEPT_ENCODING, line);
        }
        let answered = service_fn(|request: Request<_>| ready(Ok::<_, Infallible>(request.into_body())));
        let Ok(mut compressed) = Compression::new(answered).compress_when(worth_while()).oneshot(request).await;
        // `tower_http` sets 406 where no encoding is acceptable. The request is done by then, so the answer goes out
        // uncompressed.
        *compressed.status_mut() = status;
        compressed.map(Body::new)
    }
}

/// Excludes small answers, types that are compressed already, and downloads. A download keeps its `Content-Length`, and is sent
/// as fast as it is read.
fn worth_while() -> impl Predicate {
    SizeAbove::new(256)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("application/wasm"))
        .and(NotForContentType::const_new(download::MEDIA_TYPE))
}
