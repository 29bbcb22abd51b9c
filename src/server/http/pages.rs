//! Mounts the two Leptos apps: `Site` on the base host, `Workspace` on tenant hosts. Each has a router with its own pages and
//! server functions only, so that the paths of the other app are 404. The pages are in `app`.

use app::{
    PageContext, Sent,
    paths::{DATABASE, DELETE_WORKSPACE, WELCOME},
};
use axum::{
    Router,
    extract::Request,
    http::{
        HeaderValue, Method, Uri,
        header::{ACCEPT, ALLOW, REFERER},
        request::Parts,
    },
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodFilter, get, on},
};
use backend::{Backend, Session};
use domain::Code;
use leptos::{config::LeptosOptions, nonce::Nonce, prelude::*, server_fn::axum::server_fn_paths};
use leptos_axum::{
    AxumRouteListing, generate_route_list, handle_server_fns_with_context, render_app_async_with_context,
};

use tower_cookies::Cookies;

use crate::http::{
    body, download, guard,
    headers::FormsLead,
    problem::{Refusal, method_not_allowed, not_found},
    render::wants_page,
    route_class::RouteClass,
    welcome,
};

/// The server functions of the base host. All others belong to a workspace.
const SITE_FUNCTIONS: [&str; 2] = ["/_fn/sign-up", "/_fn/check-name"];

/// The router of the base host.
pub(crate) fn site(backend: &Backend) -> Router {
    let pages = mount(backend, generate_route_list(app::Site), app::site_shell);
    let all = functions(pages, backend, |path| SITE_FUNCTIONS.contains(&path));
    closed(all).layer(map_response(leads_to_tenants))
}

/// The router of a tenant's host. `guard` runs before it.
pub(crate) fn workspace(backend: &Backend) -> Router {
    let pages = mount(backend, generate_route_list(app::Workspace), app::workspace_shell);
    let all = functions(pages, backend, |path| !SITE_FUNCTIONS.contains(&path));
    let all = all.route(WELCOME, welcome::route().with_state(backend.clone()));
    let all = all.route(guard::CHANGE_PASSWORD, get(guard::change_password));
    closed(all.route(DATABASE, get(download::download))).layer(from_fn(leads_to_base))
}

/// Answers for any other host, by a redirect to the base URL.
pub(crate) fn elsewhere(backend: &Backend, method: &Method, target: &Uri) -> Response {
    if matches!(*method, Method::GET | Method::HEAD) {
        let path = target.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path } else { "/" }; // `*`, as in `OPTIONS *`, is not a path
        return Redirect::temporary(&format!("{}{path}", backend.base_url())).into_response();
    }
    ([(ALLOW, "GET,HEAD")], Refusal::from(Code::MethodNotAllowed)).into_response()
}

/// Adds all pages of an app to a router. Each page is rendered completely before its first byte is sent.
fn mount<V: IntoView + 'static>(
    backend: &Backend,
    pages: Vec<AxumRouteListing>,
    shell: fn(LeptosOptions) -> V,
) -> Router {
    let options = options();
    let page = render_app_async_with_context(context(backend), move || shell(options.clone()));
    pages.iter().fold(Router::new(), |router, listing| router.route(listing.path(), get(page.clone())))
}

/// Answers all other paths and methods with 404 and 405. Must come after the routes, as axum requires.
fn closed(router: Router) -> Router {
    router.fallback(not_found).method_not_allowed_fallback(method_not_allowed)
}

/// Adds the server functions of one app.
fn functions(router: Router, backend: &Backend, is_ours: impl Fn(&str) -> bool) -> Router {
    let ours = server_fn_paths().filter(|(path, _)| is_ours(path));
    ours.fold(router, |router, (path, method)| {
        let (context, backend) = (context(backend), backend.clone());
        let function = move |request| call(backend, context, request);
        router.route(path, on(MethodFilter::try_from(method).unwrap_or(MethodFilter::POST), function))
    })
}

/// Calls a server function, after checking the type and the size of its form.
async fn call(
    backend: Backend,
    context: impl Fn() + Clone + Send + 'static,
    request: Request,
) -> Result<Response, Refusal> {
    let (mut parts, body) = request.into_parts();
    if !parts.method.is_safe() {
        body::expect_media_type(&parts.headers, body::FORM)?;
    }
    let body = body::read(body).await?;
    let sent = Sent::of(&body);
    if let Some(refused) = opened_by_another(&backend, &parts, &sent) {
        return refused;
    }
    parts.extensions.insert(sent); // a refused form is shown again with its values
    parts.headers.remove(REFERER); // a server function redirects to it by default, and it may be another host
    if parts.method.is_safe() {
        parts.headers.insert(ACCEPT, HeaderValue::from_static("application/json")); // no page links to such an address
    }
    let request = Request::from_parts(parts, body.into());
    Ok(handle_server_fns_with_context(context, request).await.into_response())
}

/// Refuses a form that was opened as another user than the current one. `None` if the user is the same.
fn opened_by_another(backend: &Backend, parts: &Parts, sent: &Sent) -> Option<Result<Response, Refusal>> {
    let session = parts.extensions.get::<Session>()?;
    let problem = sent.refuse_for(session.user())?;
    let back =
        parts.extensions.get::<Cookies>().filter(|_| wants_page(RouteClass::Function, &parts.headers)).and_then(
            |jar| sent.give_back(parts.uri.path(), &problem, jar, backend.flash_key(Some(session.visitor()))),
        );
    Some(match back {
        Some(page) => Ok(Redirect::to(page).into_response()),
        None => Err(problem.into()),
    })
}

/// Provides the context of pages and server functions, in addition to the request.
fn context(backend: &Backend) -> impl Fn() + Clone + Send + Sync + 'static {
    let (backend, options) = (backend.clone(), options());
    move || {
        provide_context(backend.clone());
        provide_context(options.clone());
        if let Some(page) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<PageContext>().cloned()) {
            provide_context(Nonce::from_value(page.nonce.clone()));
            provide_context(page);
        }
    }
}

fn options() -> LeptosOptions {
    LeptosOptions::builder().output_name("freehold").build()
}

async fn leads_to_tenants(mut response: Response) -> Response {
    response.extensions_mut().insert(FormsLead::ToTenants);
    response
}

/// Lets the form that deletes a workspace lead to the base host. No other form of a workspace does.
async fn leads_to_base(request: Request, next: Next) -> Response {
    let ends = request.uri().path() == DELETE_WORKSPACE;
    let mut response = next.run(request).await;
    ends.then(|| response.extensions_mut().insert(FormsLead::ToBase));
    response
}
