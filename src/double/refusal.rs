//! Answers to requests that are refused, with the status and the body that libsql-server sends.

use axum::{
    Json,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use libsql_hrana::proto;
use serde_json::json;

/// An answer that refuses a whole HTTP request.
#[derive(Debug)]
pub(crate) struct Refusal(StatusCode, Said);

#[derive(Debug)]
enum Said {
    /// `{"error": …}`
    Error(String),
    /// `{"message": …, "code": …}`
    Hrana(proto::Error),
    /// Plain text.
    Text(String),
    /// No body.
    Nothing,
}

impl Refusal {
    pub(crate) fn error(status: StatusCode, message: impl Into<String>) -> Self {
        Self(status, Said::Error(message.into()))
    }

    /// The database does not exist, or the client may not know that it does.
    pub(crate) fn no_database(key: &str) -> Self {
        Self::error(StatusCode::NOT_FOUND, format!("Namespace `{key}` doesn't exist"))
    }

    pub(crate) fn unauthorized(why: &str) -> Self {
        Self::error(StatusCode::UNAUTHORIZED, format!("Unauthorized: `{why}`"))
    }

    pub(crate) fn forbidden(why: &str) -> Self {
        Self::error(StatusCode::FORBIDDEN, format!("Authorization forbidden: {why}"))
    }

    pub(crate) fn internal(why: impl std::fmt::Display) -> Self {
        Self::error(StatusCode::INTERNAL_SERVER_ERROR, format!("Internal Error: `{why}`"))
    }

    /// A request that no correct client sends.
    pub(crate) fn protocol(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, Said::Text(message.into()))
    }

    /// The stream was not used for too long.
    pub(crate) fn expired() -> Self {
        let message = "The stream has expired due to inactivity".into();
        Self(StatusCode::BAD_REQUEST, Said::Hrana(proto::Error { message, code: "STREAM_EXPIRED".into() }))
    }

    /// A status without a body.
    pub(crate) fn bare(status: StatusCode) -> Self {
        Self(status, Said::Nothing)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self.1 {
            Said::Error(error) => (self.0, Json(json!({ "error": error }))).into_response(),
            Said::Hrana(error) => (self.0, Json(error)).into_response(),
            Said::Text(text) => (self.0, [(CONTENT_TYPE, "text/plain")], text).into_response(),
            Said::Nothing => self.0.into_response(),
        }
    }
}
