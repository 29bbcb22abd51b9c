//! The layer that finds the tenant: takes the request's host and `x-tenant` to `host`, the name to the catalog, and puts
//! `Asked` and the tenant's `Visitor` into the request's extensions. Everything after it reads those and nothing else.

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::{Backend, Visitor};
use tracing::Span;

use crate::{
    host::{self, Asked, X_TENANT},
    problem::Refusal,
};

/// Lets a request through that asks the base host, no tenant, or a tenant that exists and is open.
pub(crate) async fn resolve(State(backend): State<Backend>, mut request: Request, next: Next) -> Response {
    match enter(&backend, &mut request) {
        Ok(visitor) => {
            let mut response = next.run(request).await;
            // For `problem::readable`, which stands outside this layer and shows whose page a refusal is.
            visitor.map(|visitor| response.extensions_mut().insert(visitor));
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn enter(backend: &Backend, request: &mut Request) -> Result<Option<Visitor>, Refusal> {
    let asked = host::asked(backend.base_url(), request.uri(), request.headers())?;
    request.headers_mut().remove(X_TENANT);
    let visitor = match &asked {
        Asked::Tenant(name, _) => {
            Span::current().record("tenant", name.as_ref());
            let resolved = HeaderValue::from_str(name.as_ref()).map_err(|_| host::InvalidTenant::UNNAMED)?;
            let visitor = backend.visit(name)?;
            request.headers_mut().insert(X_TENANT, resolved);
            request.extensions_mut().insert(visitor.clone());
            Some(visitor)
        }
        Asked::Base | Asked::Elsewhere => None,
    };
    request.extensions_mut().insert(asked);
    Ok(visitor)
}
