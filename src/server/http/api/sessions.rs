//! `/api/v1/sessions`: lists and ends the sessions of the current user. No user sees the sessions of another.

use axum::{Json as Answer, http::StatusCode};
use domain::{List, ListForm, Page, Problem, SessionId, SignedInAt};

use super::{
    extract::{Id, Query},
    refuses,
};
use crate::http::{auth::Member, problem::Refusal};

/// The name of the list's schema in the description.
type SessionPage = Page<SignedInAt>;

/// List your sessions
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/v1/sessions", operation_id = "listSessions", tag = "sessions", params(ListForm),
    responses(
        (status = OK, description = "A page of sessions.", body = SessionPage),
        refuses::Token, refuses::Query,
    ),
)]
pub(super) async fn list(Member(member): Member, Query(form): Query<ListForm>) -> Result<Answer<SessionPage>, Refusal> {
    let list = List::try_from(form).map_err(Problem::from)?;
    Ok(Answer(member.sessions(&list).await?))
}

/// End your other sessions
///
/// Ends all your sessions but the current one.
#[utoipa::path(
    delete, path = "/api/v1/sessions", operation_id = "endOtherSessions", tag = "sessions",
    responses((status = NO_CONTENT, description = "The sessions have ended."), refuses::Token),
)]
pub(super) async fn end_others(Member(member): Member) -> Result<StatusCode, Refusal> {
    member.end_other_sessions().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get one of your sessions
#[utoipa::path(
    get, path = "/api/v1/sessions/{id}", operation_id = "getSession", tag = "sessions",
    params(("id" = SessionId, Path, description = "The session's id.")),
    responses((status = OK, description = "The session.", body = SignedInAt), refuses::Token, refuses::Id),
)]
pub(super) async fn get(Member(member): Member, Id(id): Id<SessionId>) -> Result<Answer<SignedInAt>, Refusal> {
    Ok(Answer(member.session_by_id(id).await?))
}

/// End one of your sessions
///
/// Works for the current session too.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", operation_id = "endSession", tag = "sessions",
    params(("id" = SessionId, Path, description = "The session's id.")),
    responses((status = NO_CONTENT, description = "The session has ended."), refuses::Token, refuses::Id),
)]
pub(super) async fn end(Member(member): Member, Id(id): Id<SessionId>) -> Result<StatusCode, Refusal> {
    member.end_session(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
