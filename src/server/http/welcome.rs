//! `/welcome?code=…`: where a sign-up ends. The code, good once and for a minute, becomes the session cookie of the new
//! workspace's host; then the dashboard. The code is in no log: only paths are.

use app::paths::DASHBOARD;
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::header::ALLOW,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get},
};
use backend::{Backend, Error, Session};
use domain::{Code, Problem};
use serde::Deserialize;
use tower_cookies::Cookies;

use crate::http::{
    auth::{Client, Visitor},
    problem::Refusal,
};

/// What the address holds.
#[derive(Deserialize)]
struct Welcome {
    #[serde(default)]
    code: String,
}

/// Signs the owner in.
async fn welcome(
    State(backend): State<Backend>,
    (Visitor(visitor), Client(client), before): (Visitor, Client, Option<Extension<Session>>),
    cookies: Cookies,
    query: Result<Query<Welcome>, QueryRejection>,
) -> Result<Response, Refusal> {
    // What cannot be read is a wrong code like any other.
    let code = query.map(|Query(welcome)| welcome.code).unwrap_or_default();
    let signed_in = visitor.welcome(&code, &client).await.map_err(|error| match error {
        Error::Unauthenticated(_) => Problem::detail(
            Code::Unauthorized,
            "This link was good once and for a minute. Sign in with the username and password that you chose.",
        )
        .into(),
        other => Refusal::from(other),
    })?;
    if let Some(Extension(before)) = before {
        before.make_way().await; // the browser is about to forget it
    }
    cookies.add(app::session_cookie(&signed_in));
    app::Notice::WorkspaceReady.leave(DASHBOARD, &cookies, backend.flash_key(Some(&visitor)));
    Ok(Redirect::to(DASHBOARD).into_response())
}

/// GET and nothing else: whoever only looks, by HEAD, must not spend the code.
pub(crate) fn route() -> MethodRouter<Backend> {
    get(welcome).head(not_get).fallback(not_get)
}

async fn not_get() -> Response {
    ([(ALLOW, "GET")], Refusal::from(Code::MethodNotAllowed)).into_response()
}
