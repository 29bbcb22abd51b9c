//! `Json<T>`: the body of a request as a type. Refuses what is not `application/json` (415), then what is too large
//! (413), then what is no JSON (400) or does not fit the type (422, with the field), in that order. What a field must be is the
//! type's own affair.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Request},
    http::{
        HeaderMap,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
};
use domain::{Code, Problem};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use tokio::time::timeout;

use crate::http::{field_errors, problem::Refusal};

/// The largest body that anything here takes, in bytes.
pub(crate) const LARGEST: usize = 64 * 1024;
/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A body that was read.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        expect_media_type(request.headers(), "application/json")?;
        expect_utf8(request.headers())?;
        let body = read(request.into_body()).await?;
        Ok(Self(parsed(&body)?))
    }
}

/// An object of this type. An array of its values is none, though serde would take it.
fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let malformed =
        |error: serde_json::Error| Problem::detail(Code::MalformedJson, format!("Send valid JSON: {error}."));
    if body.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(body).map_err(malformed)?;
        return Err(Problem::detail(Code::Invalid, "Send a JSON object, such as {\"name\": \"value\"}."));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| match error.inner().classify() {
        Category::Data => Problem::invalid(field_errors::fields(&error)),
        _ => malformed(error.into_inner()),
    })?;
    json.end().map_err(malformed)?;
    Ok(value)
}

/// Refuses a body that is not plain UTF-8: another charset, or a compressed one.
fn expect_utf8(headers: &HeaderMap) -> Result<(), Refusal> {
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

/// Refuses a body of another media type; its parameters do not matter.
pub(crate) fn expect_media_type(headers: &HeaderMap, expected: &str) -> Result<(), Refusal> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(expected)) {
        Ok(())
    } else {
        Err(Problem::detail(Code::UnsupportedMediaType, format!("Send the body as {expected}.")).into())
    }
}

/// The whole body, if it is not too large and does not come too slowly. A body that says it is too large is refused before
/// any of it is asked for.
pub(crate) async fn read(body: Body) -> Result<axum::body::Bytes, Refusal> {
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
