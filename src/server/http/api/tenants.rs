//! `POST /tenants`: the sign-up for programs. The answer has no token. The program signs in like any other client.

use axum::{
    Json as Answer,
    extract::State,
    http::{StatusCode, header::LOCATION},
    response::IntoResponse,
};
use backend::Backend;
use domain::{SignUpForm, SignedUp};

use super::{json::Json, refuses};
use crate::http::{auth::Client, problem::Refusal};

/// Create a workspace
///
/// Creates a workspace with its first owner, on any host that names no workspace. The response has no token: sign in for one.
/// `POST /tenants` is an alias.
#[utoipa::path(
    post, path = "/api/v1/tenants", operation_id = "signUp", tag = "tenants",
    responses(
        (status = CREATED, description = "The workspace.", body = SignedUp,
            headers(("Location" = String, description = "The address of the workspace."))),
        refuses::SignUp, refuses::Body,
    ),
)]
pub(super) async fn sign_up(
    State(backend): State<Backend>,
    Client(client): Client,
    Json(form): Json<SignUpForm>,
) -> Result<impl IntoResponse, Refusal> {
    let made = backend.sign_up(form, &client).await?;
    let signed_up = made.signed_up().clone();
    Ok((StatusCode::CREATED, [(LOCATION, signed_up.url.clone())], Answer(signed_up)))
}

/// Create a workspace (alias)
///
/// The same as `POST /api/v1/tenants`.
#[utoipa::path(
    post, path = "/tenants", operation_id = "signUpAtRoot", tag = "tenants",
    responses(
        (status = CREATED, description = "The workspace.", body = SignedUp,
            headers(("Location" = String, description = "The address of the workspace."))),
        refuses::SignUp, refuses::Body,
    ),
)]
pub(super) async fn sign_up_at_root(
    state: State<Backend>,
    client: Client,
    Json(form): Json<SignUpForm>,
) -> Result<impl IntoResponse, Refusal> {
    sign_up(state, client, Json(form)).await
}
