//! The JSON API: its routes, and the guard that wants a tenant and a valid token before it says anything else, be it that
//! there is no such path. A handler takes its authority as an argument and makes one call of `backend`.

mod auth;
mod tenants;
mod users;

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use backend::Backend;
use domain::Code;

use crate::{
    auth::authenticate,
    host::{Asked, InvalidTenant},
    problem::{Refusal, method_not_allowed, not_found},
};

/// What needs no token.
const SIGN_IN: &str = "/api/v1/auth/sign-in";
/// What needs no tenant, and takes none.
const SIGN_UP: [&str; 2] = ["/tenants", "/api/v1/tenants"];

/// All of the API.
pub(crate) fn routes(backend: Backend) -> Router {
    Router::new()
        .route(SIGN_UP[0], post(tenants::sign_up))
        .route(SIGN_UP[1], post(tenants::sign_up))
        .route(SIGN_IN, post(auth::sign_in))
        .route("/api/v1/auth/sign-out", post(auth::sign_out))
        .route("/api/v1/users/me", get(users::me))
        .route("/api/v1/users/me/password", put(users::change_password))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(guard))
        .with_state(backend)
}

async fn guard(request: Request, next: Next) -> Response {
    match admit(request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn admit(request: Request) -> Result<Request, Refusal> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path();
    let tenant = matches!(parts.extensions.get(), Some(Asked::Tenant(..)));
    match (SIGN_UP.contains(&path), tenant) {
        (true, false) => {}
        (true, true) => return Err(Code::NotFound.into()),
        (false, false) => return Err(InvalidTenant::UNNAMED.into()),
        (false, true) if path == SIGN_IN => {}
        (false, true) => {
            let session = authenticate(&parts).await?;
            parts.extensions.insert(session);
        }
    }
    Ok(Request::from_parts(parts, body))
}
