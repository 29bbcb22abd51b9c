//! `POST /tenants`: a program signs a workspace up. It gets no token: it signs in like everyone else.

use axum::{
    Json as Answer,
    extract::State,
    http::{StatusCode, header::LOCATION},
    response::IntoResponse,
};
use backend::Backend;
use domain::SignUpForm;

use crate::{auth::Client, json::Json, problem::Refusal};

/// Signs a workspace up with its first owner.
pub(super) async fn sign_up(
    State(backend): State<Backend>,
    Client(client): Client,
    Json(form): Json<SignUpForm>,
) -> Result<impl IntoResponse, Refusal> {
    let made = backend.sign_up(form, &client).await?;
    let signed_up = made.signed_up().clone();
    Ok((StatusCode::CREATED, [(LOCATION, signed_up.url.clone())], Answer(signed_up)))
}
