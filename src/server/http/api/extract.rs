//! `Id` and `Query`: the path and the query of a request as types. Refuses a text that does not parse.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use domain::{Code, Fields, Problem};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::http::problem::Refusal;

/// The `{id}` of the path, in upper or lower case. A text that is not an id is 404, like an unknown id.
pub(super) struct Id<T>(pub(super) T);

/// The query. Each parameter must be known and come once. The type itself checks the values.
pub(super) struct Query<T>(pub(super) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Code::NotFound)?;
        Ok(Self(text.to_ascii_lowercase().parse().map_err(|_| Code::NotFound)?))
    }
}

impl<T: Default + Serialize + DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Self(parsed(parts.uri.query().unwrap_or_default()).map_err(Problem::from)?))
    }
}

/// Parses the query as a form of texts. The field names of the type are the known parameters.
fn parsed<T: Default + Serialize + DeserializeOwned>(query: &str) -> Result<T, Fields> {
    let known = serde_json::to_value(T::default()).unwrap_or_default();
    let (mut given, mut fields) = (Map::new(), Fields::default());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if known.get(&*name).is_none() {
            fields.0.insert(name.into_owned(), "There is no such parameter.".to_owned());
        } else if given.insert(name.to_string(), Value::String(value.into_owned())).is_some() {
            fields.0.insert(name.into_owned(), "Send it once.".to_owned());
        }
    }
    if !fields.is_empty() {
        return Err(fields);
    }
    serde_json::from_value(Value::Object(given)).map_err(|error| Fields::one("query", error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FindUsersForm;

    #[test]
    fn a_query_is_of_known_parameters_each_of_which_comes_once() {
        let find: FindUsersForm = parsed("q=a+b%26c&limit=10").unwrap();
        assert_eq!((find.q.as_deref(), find.limit.as_deref(), find.cursor), (Some("a b&c"), Some("10"), None));
        let wrong = parsed::<FindUsersForm>("Q=a&role=owner&role=owner&limit").unwrap_err();
        assert_eq!(wrong.0.keys().collect::<Vec<_>>(), ["Q", "role"]);
    }
}
