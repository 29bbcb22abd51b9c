//! Finds the tenant: takes the request's host and `x-tenant` to `host`, the name to the catalog, and puts `Asked` and the
//! tenant's `Visitor` into the request's extensions. Everything after it reads those and nothing else.

use axum::{extract::Request, http::HeaderValue};
use backend::{Backend, Visitor};
use tracing::Span;

use crate::http::{
    host::{self, Asked, X_TENANT},
    problem::Refusal,
    route_class::RouteClass,
};

/// The tenant whose door a request stands at, if it asks a tenant. Refused is a request for a tenant that does not exist
/// or is closed.
pub(crate) fn enter(backend: &Backend, request: &mut Request) -> Result<Option<Visitor>, Refusal> {
    let asked =
        host::asked(backend.base_url(), RouteClass::of(request.extensions()), request.uri(), request.headers())?;
    let visitor = match &asked {
        Asked::Tenant(name, _) => {
            Span::current().record("tenant", name.as_ref());
            let visitor = backend.visit(name)?;
            let resolved = HeaderValue::from_str(name.as_ref()).map_err(|_| host::InvalidTenant::UNNAMED)?;
            request.headers_mut().insert(X_TENANT, resolved);
            request.extensions_mut().insert(visitor.clone());
            Some(visitor)
        }
        Asked::Base | Asked::Elsewhere => {
            request.headers_mut().remove(X_TENANT);
            None
        }
    };
    request.extensions_mut().insert(asked);
    Ok(visitor)
}
