//! The headers of every answer: the security headers and `Cache-Control`. Also creates the nonce of each page. The nonce
//! reaches the page through `PageContext`, and the answer in its content security policy.

use app::PageContext;
use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::Response,
};
use backend::Backend;

use crate::http::{assets, route_class::RouteClass};

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// Switches off the browser features that no page uses. Copy buttons write to the clipboard, so `clipboard-write` is not
/// listed.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

/// Marks an answer with a form whose redirect may lead to another host of this server.
#[derive(Clone, Copy)]
pub(crate) enum FormsLead {
    /// A form leads to a tenant's host. A sign-up ends in the new workspace.
    ToTenants,
    /// A form leads to the base host. The deletion of a workspace ends there.
    ToBase,
}

/// Marks a page that is cached and sent to several clients. Its scripts are files of its own host, because a cached nonce would
/// not match the nonce of the current answer.
#[derive(Clone, Copy)]
pub(crate) struct FilesAsScripts;

/// Creates the context of a page, with its nonce, and adds it to the request. `None` where no answer is a page.
pub(crate) fn page_context(backend: &Backend, request_id: &str, request: &mut Request) -> Option<PageContext> {
    if RouteClass::of(request.extensions()).is_json_alone() {
        return None;
    }
    let page = PageContext { nonce: backend.nonce(), assets: assets::folder(), request_id: request_id.to_owned() };
    request.extensions_mut().insert(page.clone());
    Some(page)
}

/// Sets the headers of an answer. A `Cache-Control` that the answer already has stays.
pub(crate) fn secure(backend: &Backend, page: Option<&PageContext>, response: &mut Response) {
    let targets = match response.extensions().get() {
        Some(FormsLead::ToTenants) => backend.base_url().any_tenant(),
        Some(FormsLead::ToBase) => backend.base_url().to_string(),
        None => String::new(),
    };
    let nonce = page.map_or("", |page| &page.nonce); // an empty nonce allows no script
    let scripts = match response.extensions().get() {
        Some(FilesAsScripts) => "'self'".to_owned(),
        None => format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
    };
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin")); // `same-site` would let other tenants in
    if backend.base_url().is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(VARY, HeaderValue::from_static("x-tenant, Cookie, Authorization, Accept"));
    }
    if is_html(headers) {
        headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
        if let Ok(policy) = HeaderValue::from_str(&policy(&scripts, &targets)) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// The content security policy of a page. `'wasm-unsafe-eval'` lets islands start. No inline script runs without the nonce, and
/// no other page may show this one in a frame.
fn policy(scripts: &str, form_targets: &str) -> String {
    let live_reload = if assets::are_watched() { " ws://*:3001" } else { "" }; // the default port of `cargo leptos watch`
    format!(
        "default-src 'self'; script-src {scripts}; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{live_reload}; object-src 'none'; base-uri 'none'; \
         form-action 'self' {form_targets}; frame-ancestors 'none'"
    )
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
