//! `/api/v1/auth`: a token for whoever knows the password, and its end.

use axum::{Json as Answer, http::StatusCode};
use domain::{SignIn, SignedIn};

use crate::{
    auth::{Client, Session, Visitor},
    json::Json,
    problem::Refusal,
};

/// Begins a session of an hour.
pub(super) async fn sign_in(
    Visitor(visitor): Visitor,
    Client(client): Client,
    Json(form): Json<SignIn>,
) -> Result<Answer<SignedIn>, Refusal> {
    Ok(Answer(visitor.sign_in(form, &client).await?))
}

/// Ends the session of the token that is shown.
pub(super) async fn sign_out(Session(session): Session) -> Result<StatusCode, Refusal> {
    session.sign_out().await?;
    Ok(StatusCode::NO_CONTENT)
}
