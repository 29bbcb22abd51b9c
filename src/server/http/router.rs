//! The HTTP router: the steps that each request passes, in their order, and the handlers behind them. The order is that of
//! docs/contract.md, "Order of checks": the tenant's name, whether the tenant exists, the session, then the path.

use std::{pin::Pin, sync::Arc, time::Duration};

use app::paths::{API_DOCS, OPENAPI};
use axum::{
    Router,
    extract::{Request, State},
    handler::Handler,
    http::{Method, Uri},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use backend::{Backend, Error};
use domain::Code;
use tower::{Layer, ServiceExt};
use tower_cookies::CookieManagerLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::{
    api::{self, Api},
    assets, auth,
    client_address::{self, TrustedProxies},
    compression::Encodings,
    cross_site, guard, headers,
    health::{self, Stopping},
    host::TenantResolution,
    once::{self, Once},
    pages,
    problem::{Refusal, Refused, method_not_allowed},
    render::{self, Reader},
    route_class::RouteClass,
    tenant,
    trace::{self, Trace},
};

/// Request timeout.
const PATIENCE: Duration = Duration::from_secs(30);

/// The routers behind the tenant lookup, and what they need.
struct Places {
    backend: Backend,
    proxies: TrustedProxies,
    api: Api,
    site: Router,
    workspace: Router,
    once: Once,
}

/// Builds the whole router. Everything that is done around an answer is in one layer, `around`. With a layer for each step,
/// every request would box its future and clone the layers inside it once for each step.
pub(crate) fn router(backend: &Backend, proxies: TrustedProxies, stopping: Stopping) -> Router {
    let at_root = assets::AT_ROOT.iter().fold(Router::new(), |all, path| all.route(path, get(assets::at_root)));
    Router::new()
        .merge(at_root)
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz).with_state((backend.clone(), stopping)))
        .route("/pkg", get(assets::package))
        .route("/pkg/", get(assets::package))
        .route("/pkg/{*file}", get(assets::package))
        .route(OPENAPI, get(api::openapi))
        .route(API_DOCS, get(api::docs).with_state(api::Docs::new(backend.clone())))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback_service(tenants.with_state(places(backend, proxies)))
        .layer((from_fn_with_state(backend.clone(), around), CatchPanicLayer::custom(trace::panicked)))
}

fn places(backend: &Backend, proxies: TrustedProxies) -> Arc<Places> {
    let guarded = from_fn(guard::guard).layer(pages::workspace(backend));
    Arc::new(Places {
        backend: backend.clone(),
        proxies,
        api: Api::new(backend.clone()),
        site: pages::site(backend).layer(CookieManagerLayer::new()),
        workspace: Router::new().fallback_service(guarded).layer(CookieManagerLayer::new()),
        once: Once::default(),
    })
}

/// Runs before and after every answer.
async fn around(State(backend): State<Backend>, mut request: Request, next: Next) -> Response {
    let trace = Trace::of(&backend, &request);
    let id = trace.id().to_owned();
    let answer = async {
        RouteClass::find(&mut request);
        let page = headers::page_context(&backend, &id, &mut request);
        let (reader, encodings) = (Reader::of(&request), Encodings::of(&request));
        let response = in_time(next.run(request)).await;
        let mut response = render::render(&backend, reader, page.as_ref(), response);
        headers::secure(&backend, page.as_ref(), &mut response);
        encodings.compress(response).await
    };
    trace.answered(answer).await
}

/// Finds the client's address and the tenant of a request, and passes the request on. A form that is sent twice is handled
/// once.
async fn tenants(State(places): State<Arc<Places>>, mut request: Request) -> Response {
    client_address::identify(&places.proxies, &mut request);
    auth::keep_legible_cookies(request.headers_mut());
    if once::is_form(&request) {
        let (once, now) = (places.once.clone(), places.backend.now());
        let handler = |request| -> Answering { Box::pin(in_time(async move { answer(&places, request).await })) };
        return Box::pin(once.answer(now, request, handler)).await;
    }
    answer(&places, request).await
}

/// The future of a form's answer. It is boxed because the full type is nested too deep for the compiler.
type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

async fn answer(places: &Places, mut request: Request) -> Response {
    match tenant::enter(&places.backend, &mut request) {
        Ok(visitor) => {
            let mut response = dispatch(places, request).await;
            if let Some(refused) = Refused::of(&mut response) {
                refused.visitor = visitor;
            }
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Refuses a cross-site request, and sends any other to the API, the site or the workspace.
async fn dispatch(places: &Places, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refusal) = cross_site::check(places.backend.base_url(), &parts) {
        return refusal.into_response();
    }
    let request = Request::from_parts(parts, body);
    let (class, asked) = (RouteClass::of(request.extensions()), request.extensions().get::<TenantResolution>());
    match (class, asked) {
        (RouteClass::Api | RouteClass::SignUp, _) | (RouteClass::OtherApi, Some(TenantResolution::Tenant(..))) => {
            places.api.answer(request).await
        }
        (RouteClass::OtherApi, _) | (_, None) | (RouteClass::Function, Some(TenantResolution::Elsewhere)) => {
            Refusal::from(Code::NotFound).into_response()
        }
        (RouteClass::Page, Some(_)) if let Some(there) = without_slash(request.method(), request.uri()) => {
            Redirect::permanent(&there).into_response()
        }
        (_, Some(TenantResolution::Base)) => run(&places.site, request).await,
        (_, Some(TenantResolution::Tenant(..))) => run(&places.workspace, request).await,
        (_, Some(TenantResolution::Elsewhere)) => pages::elsewhere(&places.backend, request.method(), request.uri()),
    }
}

async fn run(router: &Router, request: Request) -> Response {
    router.clone().oneshot(request).await.into_response()
}

/// The address of a page without the slashes at its end, or `None` if there are none. The result never begins with two slashes
/// or backslashes, which a browser would read as a host.
fn without_slash(method: &Method, target: &Uri) -> Option<String> {
    let path = target.path();
    if !matches!(*method, Method::GET | Method::HEAD) || path == "/" || !path.ends_with('/') {
        return None;
    }
    let query = target.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("/{}{query}", path.trim_matches(['/', '\\'])))
}

/// Answers 503 with `Retry-After` when the answer takes longer than the request timeout.
async fn in_time(answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| {
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
