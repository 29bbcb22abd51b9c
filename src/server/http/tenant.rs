//! Finds the tenant of a request. `host` reads its name from the Host header and `x-tenant`, and the backend looks it up in the
//! catalog. `TenantResolution` and the tenant's `Visitor` go into the request's extensions. The later steps read only those.

use axum::{extract::Request, http::HeaderValue};
use backend::{Backend, Visitor};
use tracing::Span;

use crate::http::{
    host::{self, TenantResolution, X_TENANT},
    problem::Refusal,
    route_class::RouteClass,
};

/// Finds the tenant of a request and adds it to the extensions. `None` if the request names no tenant. A tenant that does not
/// exist or is closed gives a refusal.
pub(crate) fn enter(backend: &Backend, request: &mut Request) -> Result<Option<Visitor>, Refusal> {
    let asked =
        host::resolve(backend.base_url(), RouteClass::of(request.extensions()), request.uri(), request.headers())?;
    let visitor = match &asked {
        TenantResolution::Tenant(name, _) => {
            Span::current().record("tenant", name.as_ref());
            let visitor = backend.visit(name)?;
            let resolved = HeaderValue::from_str(name.as_ref()).map_err(|_| host::InvalidTenant::UNNAMED)?;
            request.headers_mut().insert(X_TENANT, resolved);
            request.extensions_mut().insert(visitor.clone());
            Some(visitor)
        }
        TenantResolution::Base | TenantResolution::Elsewhere => {
            request.headers_mut().remove(X_TENANT);
            None
        }
    };
    request.extensions_mut().insert(asked);
    Ok(visitor)
}
