//! `/welcome?code=…`: where a sign-up ends. The code, good once and for a minute, becomes the session cookie of the new
//! workspace's host; then the dashboard. The code is in no log: only paths are.

use axum::{
    extract::Query,
    http::Method,
    response::{IntoResponse, Redirect, Response},
};
use backend::Error;
use domain::{Code, Problem};
use serde::Deserialize;
use tower_cookies::Cookies;

use crate::{
    auth::{Client, Visitor},
    problem::Refusal,
};

/// What the address holds.
#[derive(Deserialize)]
pub(crate) struct Welcome {
    #[serde(default)]
    code: String,
}

/// Signs the owner in. `HEAD` is refused: whoever only looks must not spend the code.
pub(crate) async fn welcome(
    method: Method,
    Visitor(visitor): Visitor,
    Client(client): Client,
    cookies: Cookies,
    Query(Welcome { code }): Query<Welcome>,
) -> Result<Response, Refusal> {
    if method != Method::GET {
        return Err(Code::MethodNotAllowed.into());
    }
    let signed_in = visitor.welcome(&code, &client).await.map_err(|error| match error {
        Error::Unauthenticated(_) => Problem::detail(
            Code::Unauthorized,
            "This link was good once and for a minute. Sign in with the username and password that you chose.",
        )
        .into(),
        other => Refusal::from(other),
    })?;
    cookies.add(app::session_cookie(&signed_in));
    Ok(Redirect::to("/").into_response())
}
