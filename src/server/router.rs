//! The whole of HTTP, outermost first: what happens to every request, in which order, and where it then goes. The order
//! is DESIGN section 2's: which tenant, does it exist, who asks, then the path.

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    handler::Handler,
    http::{Method, Uri},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use backend::{Backend, Error};
use domain::Code;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tower::{Layer, Service, ServiceExt, util::MapRequestLayer};
use tower_cookies::CookieManagerLayer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};

use crate::{
    api,
    area::Area,
    assets,
    client::{self, TrustedProxies},
    cross_site, download, headers,
    health::{self, Stopping},
    host::Asked,
    pages,
    problem::{self, Refusal, method_not_allowed},
    tenancy, trace, workspace,
};

/// How long a request may take in all.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that follows the question which tenant is asked.
struct Places {
    backend: Backend,
    api: Router,
    site: Router,
    workspace: Router,
}

/// All of it. Layers stand in one tuple, outermost first: each `layer` of its own would be boxed, and the box cloned
/// with all that is in it by every layer outside it, for each request.
pub(crate) fn router(backend: &Backend, proxies: TrustedProxies, stopping: Stopping) -> Router {
    // A download says how large it is, and goes as fast as it can be read.
    let compressed = SizeAbove::new(256)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("application/wasm"))
        .and(NotForContentType::const_new(download::MEDIA_TYPE));
    let at_root = assets::AT_ROOT.iter().fold(Router::new(), |all, path| all.route(path, get(assets::at_root)));
    Router::new()
        .merge(at_root)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz).with_state((backend.clone(), stopping)))
        .route("/pkg", get(assets::package))
        .route("/pkg/", get(assets::package))
        .route("/pkg/{*file}", get(assets::package))
        .route("/api/openapi.json", get(api::openapi))
        .route("/api/docs", get(api::docs).with_state(backend.clone()))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback_service(tenants(backend, proxies))
        .layer((
            from_fn_with_state(backend.clone(), trace::request),
            CompressionLayer::new().compress_when(compressed),
            from_fn_with_state(backend.clone(), headers::secure),
            from_fn_with_state(backend.clone(), problem::readable),
            CatchPanicLayer::custom(trace::panicked),
            from_fn(in_time),
        ))
}

/// What depends on the tenant.
fn tenants(
    backend: &Backend,
    proxies: TrustedProxies,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + use<> {
    let places = Arc::new(Places {
        backend: backend.clone(),
        api: api::routes(backend.clone()),
        site: pages::site(backend).layer(CookieManagerLayer::new()),
        workspace: Router::new()
            .fallback_service(from_fn(workspace::guard).layer(pages::workspace(backend)))
            .layer(CookieManagerLayer::new()),
    });
    let layers = (
        from_fn_with_state(backend.clone(), tenancy::resolve),
        MapRequestLayer::new(move |request| client::identify(&proxies, request)),
    );
    layers.layer(dispatch.with_state(places))
}

/// Sends a request to the place that it asks, unless another site may have had it sent.
async fn dispatch(State(places): State<Arc<Places>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refusal) = cross_site::check(places.backend.base_url(), &parts) {
        return refusal.into_response();
    }
    let request = Request::from_parts(parts, body);
    let (area, asked) = (Area::of(request.uri().path()), request.extensions().get::<Asked>());
    match (area, asked) {
        (Area::Api | Area::SignUp, _) | (Area::OtherApi, Some(Asked::Tenant(..))) => run(&places.api, request).await,
        (Area::OtherApi, _) | (_, None) | (Area::Function, Some(Asked::Elsewhere)) => {
            Refusal::from(Code::NotFound).into_response()
        }
        (Area::Page, Some(_)) if let Some(there) = without_slash(request.method(), request.uri()) => {
            Redirect::permanent(&there).into_response()
        }
        (_, Some(Asked::Base)) => run(&places.site, request).await,
        (_, Some(Asked::Tenant(..))) => run(&places.workspace, request).await,
        (_, Some(Asked::Elsewhere)) => pages::elsewhere(&places.backend, request.method(), request.uri()),
    }
}

async fn run(router: &Router, request: Request<Body>) -> Response {
    router.clone().oneshot(request).await.into_response()
}

/// The one address of a page that was asked for with slashes at the end. It never begins with two, of either
/// kind: that would be a host.
fn without_slash(method: &Method, target: &Uri) -> Option<String> {
    let path = target.path();
    if !matches!(*method, Method::GET | Method::HEAD) || path == "/" || !path.ends_with('/') {
        return None;
    }
    let query = target.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("/{}{query}", path.trim_matches(['/', '\\'])))
}

/// 503 for what takes too long; whoever waits may try again.
async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(PATIENCE, next.run(request)).await.unwrap_or_else(|_| {
        let late = Error::Unavailable { what: "the request took too long", retry_after: 5, source: None };
        Refusal::from(late).into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_leads_to_the_page_and_never_to_another_host() {
        for (asked, there) in [
            ("/", None),
            ("/account", None),
            ("/account/", Some("/account")),
            ("/account//?a=b/", Some("/account?a=b/")),
            ("//evil.example/", Some("/evil.example")),
            ("/\\evil.example/", Some("/evil.example")),
            ("/\\/evil.example\\/", Some("/evil.example")),
            ("//", Some("/")),
        ] {
            assert_eq!(without_slash(&Method::GET, &asked.parse().unwrap()).as_deref(), there, "{asked}");
        }
        assert_eq!(without_slash(&Method::POST, &"/account/".parse().unwrap()), None);
    }
}
