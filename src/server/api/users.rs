//! `/api/v1/users`: who one is, and a new password.

use axum::Json as Answer;
use domain::{ChangePasswordForm, SignedIn, User};

use crate::{
    auth::{Client, Member, Session},
    json::Json,
    problem::Refusal,
};

/// Whoever's token is shown.
pub(super) async fn me(Member(member): Member) -> Answer<User> {
    Answer(member.me().clone())
}

/// Chooses a new password, with a one-time one too. All sessions of the user end; the answer begins a new one.
pub(super) async fn change_password(
    Session(session): Session,
    Client(client): Client,
    Json(form): Json<ChangePasswordForm>,
) -> Result<Answer<SignedIn>, Refusal> {
    Ok(Answer(session.change_password(form, &client).await?))
}
