//! The JSON API: its routes with their description, and the guard that wants a tenant and a valid token before it says
//! anything else, be it that there is no such path. A handler takes its authority as an argument and makes one call of
//! `backend`.

mod auth;
mod docs;
mod document;
mod extract;
mod field_errors;
mod json;
mod refuses;
mod sessions;
mod tenants;
mod users;
mod workspace;

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use backend::Backend;
use domain::Code;
use tower::ServiceExt;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use docs::{Docs, docs};
pub(crate) use document::openapi;

use crate::http::{
    auth::authenticate,
    host::{Asked, InvalidTenant},
    problem::{Refusal, method_not_allowed, not_found},
};

/// What needs no token.
const SIGN_IN: &str = "/api/v1/auth/sign-in";
/// What needs no tenant, and takes none.
const SIGN_UP: [&str; 2] = ["/tenants", "/api/v1/tenants"];

/// All of the API, behind its guard.
pub(crate) struct Api(Router);

impl Api {
    pub(crate) fn new(backend: Backend) -> Self {
        let routes = Router::from(routes_and_description()).fallback(not_found);
        Self(routes.method_not_allowed_fallback(method_not_allowed).with_state(backend))
    }

    /// Answers a request if it may come in.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        match admit(request).await {
            Ok(request) => self.0.clone().oneshot(request).await.into_response(),
            Err(refusal) => refusal.into_response(),
        }
    }
}

/// Each route is declared once, with its description above its handler.
fn routes_and_description() -> OpenApiRouter<Backend> {
    OpenApiRouter::with_openapi(document::base())
        .routes(routes!(tenants::sign_up))
        .routes(routes!(tenants::sign_up_at_root))
        .routes(routes!(auth::sign_in))
        .routes(routes!(auth::sign_out))
        .routes(routes!(users::me))
        .routes(routes!(users::change_password))
        .routes(routes!(users::list, users::add))
        .routes(routes!(users::get, users::change, users::remove))
        .routes(routes!(users::reset_password))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::get, sessions::end))
        .routes(routes!(workspace::database))
        .routes(routes!(workspace::delete))
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
