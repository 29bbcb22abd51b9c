//! `Json<T>`: the body of a request as a type. Refuses, in this order: a media type other than `application/json` (415), a body
//! that is too large (413), a body that is not JSON (400), and JSON that does not fit the type (422, with the field). The type
//! itself checks the values of its fields.

use axum::extract::{FromRequest, Request};
use domain::{Code, Problem};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::field_errors;
use crate::http::{body, problem::Refusal};

/// A parsed body.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        body::expect_media_type(request.headers(), "application/json")?;
        body::expect_utf8(request.headers())?;
        let body = body::read(request.into_body()).await?;
        Ok(Self(parsed(&body)?))
    }
}

/// Parses an object of this type. An array of its values is refused, although serde would accept it.
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
