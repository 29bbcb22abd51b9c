//! `/api/v1/auth`: signs a user in with a password, and out.

use axum::{Json as Answer, http::StatusCode};
use domain::{SignIn, SignedIn};

use super::{json::Json, refuses};
use crate::http::{
    auth::{Client, Session, Visitor},
    problem::Refusal,
};

/// Sign in
///
/// Starts a session of one hour. A wrong password, an unknown user and an expired one-time password get the same error; a
/// disabled user gets the same status, and with the right password a `detail` that says so.
#[utoipa::path(
    post, path = "/api/v1/auth/sign-in", operation_id = "signIn", tag = "auth",
    responses((status = OK, description = "A token.", body = SignedIn), refuses::Tenant, refuses::Password, refuses::Body),
)]
pub(super) async fn sign_in(
    Visitor(visitor): Visitor,
    Client(client): Client,
    Json(form): Json<SignIn>,
) -> Result<Answer<SignedIn>, Refusal> {
    Ok(Answer(visitor.sign_in(form, &client).await?))
}

/// Sign out
///
/// Ends the session that the token belongs to.
#[utoipa::path(
    post, path = "/api/v1/auth/sign-out", operation_id = "signOut", tag = "auth",
    responses((status = NO_CONTENT, description = "The token no longer works."), refuses::Token),
)]
pub(super) async fn sign_out(Session(session): Session) -> Result<StatusCode, Refusal> {
    session.sign_out().await?;
    Ok(StatusCode::NO_CONTENT)
}
