//! `/welcome?code=…`: the end of a sign-up. The code is valid once and for one minute. It is exchanged for the session cookie
//! of the new workspace's host, and the browser is sent to the dashboard. The code is never logged, because the log has paths
//! only.

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

/// The query of the address.
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
    // A query that cannot be parsed counts as a wrong code.
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
        before.make_way().await; // the browser's cookie of that session is replaced
    }
    cookies.add(app::session_cookie(&signed_in));
    app::Notice::WorkspaceReady.leave(DASHBOARD, &cookies, backend.flash_key(Some(&visitor)));
    Ok(Redirect::to(DASHBOARD).into_response())
}

/// Accepts GET only. A HEAD request, which only looks, must not use the code up.
pub(crate) fn route() -> MethodRouter<Backend> {
    get(welcome).head(not_get).fallback(not_get)
}

async fn not_get() -> Response {
    ([(ALLOW, "GET")], Refusal::from(Code::MethodNotAllowed)).into_response()
}
