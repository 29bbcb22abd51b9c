//! `/api/v1/users`: the current user and their password, and the users that an admin or owner manages.

use axum::{
    Json as Answer,
    extract::{FromRequest, Request},
    http::{StatusCode, header::LOCATION},
    response::IntoResponse,
};
use domain::{
    AddUserForm, Admission, ChangePasswordForm, ChangeUserForm, FindUsers, FindUsersForm, Page, Problem, SignedIn,
    User, UserId,
};

use super::{
    extract::{Id, Query},
    json::Json,
    refuses,
};
use crate::http::{
    auth::{Admin, Client, Member, Session},
    problem::Refusal,
};

/// The name of the list's schema in the description.
type UserPage = Page<User>;

/// Get the current user
///
/// The user that the token belongs to.
#[utoipa::path(
    get, path = "/api/v1/users/me", operation_id = "getMe", tag = "users",
    responses((status = OK, description = "The current user.", body = User), refuses::Token),
)]
pub(super) async fn me(Member(member): Member) -> Answer<User> {
    Answer(member.me().clone())
}

/// Change your password
///
/// Also replaces a one-time password. Ends all sessions of the user; the response starts a new one.
#[utoipa::path(
    put, path = "/api/v1/users/me/password", operation_id = "changeMyPassword", tag = "users",
    responses((status = OK, description = "A new token.", body = SignedIn), refuses::Token, refuses::Rate, refuses::Body),
)]
pub(super) async fn change_password(
    Session(session): Session,
    Client(client): Client,
    Json(form): Json<ChangePasswordForm>,
) -> Result<Answer<SignedIn>, Refusal> {
    Ok(Answer(session.change_password(form, &client).await?))
}

/// List and search users
///
/// Sorted by username. For admins and owners.
#[utoipa::path(
    get, path = "/api/v1/users", operation_id = "listUsers", tag = "users", params(FindUsersForm),
    responses((status = OK, description = "A page of users.", body = UserPage), refuses::Token, refuses::Query),
)]
pub(super) async fn list(Admin(admin): Admin, Query(form): Query<FindUsersForm>) -> Result<Answer<UserPage>, Refusal> {
    let find = FindUsers::try_from(form).map_err(Problem::from)?;
    Ok(Answer(admin.people().page(&find).await?))
}

/// Add a user
///
/// Without a password the user gets a one-time password, which only this response contains. Admins can add members and
/// admins, owners can add anyone.
#[utoipa::path(
    post, path = "/api/v1/users", operation_id = "addUser", tag = "users",
    responses(
        (status = CREATED, description = "The user.", body = Admission,
            headers(("Location" = String, description = "The path of the user."))),
        refuses::Token, refuses::Rate, refuses::Body, refuses::Conflict,
    ),
)]
pub(super) async fn add(Admin(admin): Admin, Json(form): Json<AddUserForm>) -> Result<impl IntoResponse, Refusal> {
    let admission = admin.people().add(form).await?;
    let path = format!("/api/v1/users/{}", admission.user.id);
    Ok((StatusCode::CREATED, [(LOCATION, path)], Answer(admission)))
}

/// Get a user
///
/// For admins and owners.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", operation_id = "getUser", tag = "users",
    params(("id" = UserId, Path, description = "The user's id.")),
    responses((status = OK, description = "The user.", body = User), refuses::Token, refuses::Id),
)]
pub(super) async fn get(Admin(admin): Admin, Id(id): Id<UserId>) -> Result<Answer<User>, Refusal> {
    Ok(Answer(admin.people().find(id).await?))
}

/// Change a user
///
/// Fields that are absent stay as they are. Everyone can change their own name and email; admins can change members, owners
/// anyone. A disabled user is signed out.
#[utoipa::path(
    patch, path = "/api/v1/users/{id}", operation_id = "changeUser", tag = "users",
    params(("id" = UserId, Path, description = "The user's id.")),
    request_body = ChangeUserForm,
    responses(
        (status = OK, description = "The user, changed.", body = User),
        refuses::Token, refuses::Id, refuses::Body, refuses::Conflict,
    ),
)]
pub(super) async fn change(
    Member(member): Member,
    id: Result<Id<UserId>, Refusal>,
    request: Request,
) -> Result<Answer<User>, Refusal> {
    // Check the right before the request itself. Every user may change their own account, the others need an admin.
    if !id.as_ref().is_ok_and(|Id(id)| *id == member.me().id) {
        member.admin()?;
    }
    let Id(id) = id?;
    let Json(form) = Json::<ChangeUserForm>::from_request(request, &()).await?;
    Ok(Answer(member.change(id, form).await?))
}

/// Remove a user
///
/// Ends all their sessions. Admins can remove members, owners anyone; nobody can remove themselves.
#[utoipa::path(
    delete, path = "/api/v1/users/{id}", operation_id = "removeUser", tag = "users",
    params(("id" = UserId, Path, description = "The user's id.")),
    responses(
        (status = NO_CONTENT, description = "The user was removed."),
        refuses::Token, refuses::Id, refuses::Conflict,
    ),
)]
pub(super) async fn remove(Admin(admin): Admin, Id(id): Id<UserId>) -> Result<StatusCode, Refusal> {
    admin.people().remove(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reset a user's password
///
/// The old password stops working and all sessions end. Only this response contains the one-time password, with which the
/// user can do nothing but choose a password.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/password-reset", operation_id = "resetPassword", tag = "users",
    params(("id" = UserId, Path, description = "The user's id.")),
    responses(
        (status = OK, description = "The user and their one-time password.", body = Admission),
        refuses::Token, refuses::Rate, refuses::Id,
    ),
)]
pub(super) async fn reset_password(Admin(admin): Admin, Id(id): Id<UserId>) -> Result<Answer<Admission>, Refusal> {
    Ok(Answer(admin.people().reset_password(id).await?))
}
