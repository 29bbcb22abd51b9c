//! Reads the body of a request. Refuses another media type or encoding (415), a body that is too large (413) and one that
//! arrives too slowly (408). `api::json` parses the body for the API, the server functions for pages.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{
        HeaderMap,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
};
use domain::{Code, Problem};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::http::problem::Refusal;

/// Largest body, in bytes.
const LARGEST: usize = 64 * 1024;
/// Upper bound on the arrival of a whole body.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);

/// Media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Refuses a body in another charset than UTF-8, and a compressed body.
pub(crate) fn expect_utf8(headers: &HeaderMap) -> Result<(), Refusal> {
    let refused = |what: &str| Err(Problem::detail(Code::UnsupportedMediaType, what).into());
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    if charsets.any(|(_, charset)| !charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")) {
        return refused("Send the body in UTF-8.");
    }
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    if encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return refused("Send the body without a Content-Encoding.");
    }
    Ok(())
}

/// Refuses a body of another media type. The parameters of the type are ignored.
pub(crate) fn expect_media_type(headers: &HeaderMap, expected: &str) -> Result<(), Refusal> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(expected)) {
        Ok(())
    } else {
        Err(Problem::detail(Code::UnsupportedMediaType, format!("Send the body as {expected}.")).into())
    }
}

/// Reads the whole body, up to the size limit and the timeout. A body whose `Content-Length` is too large is refused before any
/// of it is read.
pub(crate) async fn read(body: Body) -> Result<Bytes, Refusal> {
    let too_large = || Problem::detail(Code::TooLarge, format!("Send at most {LARGEST} bytes."));
    if body.size_hint().lower() > LARGEST as u64 {
        return Err(too_large().into());
    }
    match timeout(BODY_TIMEOUT, Limited::new(body, LARGEST).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large().into()),
        Ok(Err(_)) => Err(Problem::detail(Code::Invalid, "The body broke off.").into()),
        Err(_) => {
            let seconds = BODY_TIMEOUT.as_secs();
            Err(Problem::detail(Code::RequestTimeout, format!("Send the whole body within {seconds} seconds.")).into())
        }
    }
}
