//! `Routes`: the routes of the API. Each is declared once, with its handlers, their description and its access.

use std::collections::HashMap;

use axum::Router;
use backend::Backend;
use utoipa::openapi::{OpenApi, RefOr, SecurityRequirement, path::PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::document;

/// Who may use a route. The required role is the type of the handler's first argument, such as `Admin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Any client, on a request that names no tenant.
    Open,
    /// Any client, on a request that names a tenant.
    Tenant,
    /// A client with a valid token of the tenant.
    Token,
}

/// The access of each path.
pub(super) struct AccessTable(HashMap<String, Access>);

/// The routes, while they are declared.
pub(super) struct Routes {
    routes: OpenApiRouter<Backend>,
    access: AccessTable,
}

impl AccessTable {
    /// The access of a path. An undeclared path needs a token, so that the answer does not show whether the path exists.
    pub(super) fn of(&self, path: &str) -> Access {
        self.0.get(path).copied().unwrap_or(Access::Token)
    }
}

impl Routes {
    /// Starts without routes.
    pub(super) fn new() -> Self {
        let (routes, access) = (OpenApiRouter::with_openapi(document::base()), AccessTable(HashMap::new()));
        Self { routes, access }
    }

    /// Adds the handlers of one path. A path with a parameter always needs a token, because the table finds a path by its exact
    /// text.
    pub(super) fn add(mut self, access: Access, handlers: UtoipaMethodRouter<Backend>) -> Self {
        self.access.0.extend(handlers.1.paths.keys().map(|path| (path.clone(), access)));
        self.routes = self.routes.routes(handlers);
        self
    }

    /// Returns the router and the access of its paths.
    pub(super) fn split(self) -> (Router<Backend>, AccessTable) {
        (self.routes.into(), self.access)
    }

    /// Describes all routes. A path of a tenant gets the `x-tenant` parameter. A path without a token is marked as such.
    pub(super) fn describe(self) -> OpenApi {
        let mut document = self.routes.into_openapi();
        for (path, item) in &mut document.paths.paths {
            let access = self.access.of(path);
            if access != Access::Open {
                item.parameters = Some(vec![RefOr::T(document::x_tenant())]);
            }
            if access != Access::Token {
                without_token(item);
            }
        }
        document
    }
}

fn without_token(item: &mut PathItem) {
    let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    for operation in operations.into_iter().flatten() {
        operation.security = Some(vec![SecurityRequirement::default()]);
    }
}
