//! The JSON API: its routes, with their description and access, and the guard. The guard checks tenant and token first, even
//! before it says that a path does not exist. A handler takes the user's rights as an argument and makes one call of `backend`.

mod auth;
mod docs;
mod document;
mod extract;
mod field_errors;
mod json;
mod refuses;
mod routes;
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
use utoipa_axum::routes;

pub(crate) use docs::{Docs, docs};
pub(crate) use document::openapi;
use routes::{Access, AccessTable, Routes};

use crate::http::{
    auth::authenticate,
    host::{InvalidTenant, TenantResolution},
    problem::{Refusal, method_not_allowed, not_found},
};

/// The whole API behind its guard.
pub(crate) struct Api {
    router: Router,
    access: AccessTable,
}

impl Api {
    pub(crate) fn new(backend: Backend) -> Self {
        let (router, access) = all_routes().split();
        let router = router.fallback(not_found).method_not_allowed_fallback(method_not_allowed).with_state(backend);
        Self { router, access }
    }

    /// Answers a request if the guard lets it pass.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        match self.admit(request).await {
            Ok(request) => self.router.clone().oneshot(request).await.into_response(),
            Err(refusal) => refusal.into_response(),
        }
    }

    async fn admit(&self, request: Request) -> Result<Request, Refusal> {
        let (mut parts, body) = request.into_parts();
        let names_tenant = matches!(parts.extensions.get(), Some(TenantResolution::Tenant(..)));
        match (self.access.of(parts.uri.path()), names_tenant) {
            (Access::Open, false) | (Access::Tenant, true) => {}
            (Access::Open, true) => return Err(Code::NotFound.into()),
            (Access::Tenant | Access::Token, false) => return Err(InvalidTenant::UNNAMED.into()),
            (Access::Token, true) => {
                let session = authenticate(&parts).await?;
                parts.extensions.insert(session);
            }
        }
        Ok(Request::from_parts(parts, body))
    }
}

/// Declares each route once. Its description is above its handler.
fn all_routes() -> Routes {
    Routes::new()
        .add(Access::Open, routes!(tenants::sign_up))
        .add(Access::Open, routes!(tenants::sign_up_at_root))
        .add(Access::Tenant, routes!(auth::sign_in))
        .add(Access::Token, routes!(auth::sign_out))
        .add(Access::Token, routes!(users::me))
        .add(Access::Token, routes!(users::change_password))
        .add(Access::Token, routes!(users::list, users::add))
        .add(Access::Token, routes!(users::get, users::change, users::remove))
        .add(Access::Token, routes!(users::reset_password))
        .add(Access::Token, routes!(sessions::list, sessions::end_others))
        .add(Access::Token, routes!(sessions::get, sessions::end))
        .add(Access::Token, routes!(workspace::database))
        .add(Access::Token, routes!(workspace::delete))
}
