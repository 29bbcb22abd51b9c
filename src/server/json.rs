//! `Json<T>`: the body of a request as a type. Refuses what is not `application/json` (415), then what is too large
//! (413), then what does not fit the type (422), in that order. What a field must be is the type's own affair.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody},
    extract::{FromRequest, Request},
    http::{HeaderMap, header::CONTENT_TYPE},
};
use domain::{Code, Problem};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::problem::Refusal;

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
        let body = read(request.into_body()).await?;
        let parsed = serde_json::from_slice(&body).map_err(|error| {
            Problem::detail(Code::Invalid, format!("The body is not the JSON that is expected here: {error}."))
        })?;
        Ok(Self(parsed))
    }
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
