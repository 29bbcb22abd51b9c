//! The cross-site rule. All tenants are hosts of one site, so `SameSite` does not separate them. An unsafe request that a
//! browser could be made to send must say that it comes from a page of the same host. A request that reads must not say that it
//! is loaded into a page of another host. Runs after `tenant`.

use app::paths::{DATABASE, WELCOME};
use axum::http::{HeaderMap, Method, request::Parts};
use domain::{BaseUrl, Code, Problem};

use crate::http::{auth::Credential, events, host::TenantResolution, problem::Refusal, route_class::RouteClass};

/// Paths that only a page of the same host may link to.
const DOWNLOADS: [&str; 2] = [DATABASE, "/api/v1/database"];

/// Refuses a request that a page of another host may have made a browser send.
pub(crate) fn check(base: &BaseUrl, parts: &Parts) -> Result<(), Refusal> {
    if parts.uri.path() == WELCOME {
        // Other methods do nothing here: the route refuses them.
        return if parts.method == Method::GET { check_welcome(base, &parts.headers) } else { Ok(()) };
    }
    if is_foreign(base, parts) {
        events::cross_site_refused(parts);
        let what = "This came from another site. Open the page here and try again.";
        return Err(Problem::detail(Code::CrossSite, what).into());
    }
    Ok(())
}

/// Refuses `/welcome` if another site opened it, because its code would sign the visitor in as another user. A prefetch is
/// refused too. After a sign-up the browser opens it as a document from the same site. Under `localhost` each name is a site of
/// its own, so there another site is allowed. A request without these headers is not from a current browser and passes.
fn check_welcome(base: &BaseUrl, headers: &HeaderMap) -> Result<(), Refusal> {
    let is_fetched_ahead =
        ["sec-purpose", "purpose", "x-moz", "x-purpose"].iter().any(|name| headers.contains_key(*name));
    let is_foreign = headers.get_all("sec-fetch-site").iter().any(|site| site == "cross-site");
    if is_fetched_ahead || !is_opened(headers) || (is_foreign && !base.is_localhost()) {
        let what = "This link was opened by another site, so it was not used. Sign in with your username and password.";
        return Err(Problem::detail(Code::CrossSite, what).into());
    }
    Ok(())
}

/// Whether a user opens the address in a window, as far as the browser's headers tell.
fn is_opened(headers: &HeaderMap) -> bool {
    all_are(headers, "sec-fetch-dest", "document").unwrap_or(true)
        && all_are(headers, "sec-fetch-mode", "navigate").unwrap_or(true)
}

/// Whether a page of another host may have made the browser send this request, and could do harm with it.
fn is_foreign(base: &BaseUrl, parts: &Parts) -> bool {
    if parts.method.is_safe() {
        is_foreign_read(parts) && is_at_risk(parts)
    } else {
        is_at_risk(parts) && !is_same_origin(base, parts)
    }
}

/// Whether a browser might add the user's session to this request by itself.
fn is_at_risk(parts: &Parts) -> bool {
    match RouteClass::of(&parts.extensions) {
        RouteClass::Page | RouteClass::Function => true,
        RouteClass::Api => matches!(Credential::of(parts), Credential::Cookie(_)),
        RouteClass::SignUp | RouteClass::OtherApi => false,
    }
}

/// Whether a page of another host makes a browser read something of a tenant. A link may lead to a page, but not to a download,
/// which costs a copy of the database. No page may be loaded into a page of another host, because a page with a one-time
/// password shows it only once.
fn is_foreign_read(parts: &Parts) -> bool {
    let sites = parts.headers.get_all("sec-fetch-site");
    let is_foreign = sites.iter().any(|site| site != "same-origin" && site != "none");
    let is_of_tenant = matches!(parts.extensions.get(), Some(TenantResolution::Tenant(..)));
    is_of_tenant && is_foreign && (DOWNLOADS.contains(&parts.uri.path()) || !is_opened(&parts.headers))
}

fn is_same_origin(base: &BaseUrl, parts: &Parts) -> bool {
    let origin = match parts.extensions.get() {
        Some(TenantResolution::Base) => base.to_string(),
        Some(TenantResolution::Tenant(name, _)) => base.tenant(name),
        // No page has this host, so there is nothing to protect. The answer is 404 or 405.
        Some(TenantResolution::Elsewhere) => return true,
        None => return false,
    };
    all_are(&parts.headers, "sec-fetch-site", "same-origin")
        .or_else(|| all_are(&parts.headers, "origin", &origin))
        .unwrap_or(false)
}

/// Whether every header of this name has this value. `None` if there is no such header.
fn all_are(headers: &HeaderMap, name: &str, expected: &str) -> Option<bool> {
    headers.contains_key(name).then(|| headers.get_all(name).iter().all(|value| value == expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn passes(asked: TenantResolution, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::post("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(asked);
        is_same_origin(&BaseUrl::localhost(3000), &parts)
    }

    #[test]
    fn a_welcome_is_opened_by_a_person_and_from_our_own_site() {
        let (site, mode, dest) = ("sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest");
        let opened = [(mode, "navigate"), (dest, "document")];
        let https: BaseUrl = "https://freehold.example".parse().unwrap();
        for (headers, at_localhost, elsewhere) in [
            (vec![], true, true),
            (vec![(site, "same-site"), opened[0], opened[1]], true, true),
            (vec![(site, "none"), opened[0], opened[1]], true, true),
            (vec![(site, "cross-site"), opened[0], opened[1]], true, false),
            (vec![(site, "cross-site")], true, false),
            (vec![(site, "same-site"), (mode, "no-cors"), (dest, "image")], false, false),
            (vec![(site, "same-site"), (mode, "navigate"), (dest, "iframe")], false, false),
            (vec![(site, "same-origin"), opened[0], opened[1], ("sec-purpose", "prefetch")], false, false),
            (vec![("purpose", "prefetch")], false, false),
        ] {
            let mut request = Request::get("/");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let passes = |base: &BaseUrl| check_welcome(base, &parts.headers).is_ok();
            assert_eq!((passes(&BaseUrl::localhost(3000)), passes(&https)), (at_localhost, elsewhere), "{headers:?}");
        }
    }

    #[test]
    fn another_site_leads_to_a_page_and_to_no_download() {
        let tenant = || TenantResolution::Tenant("acme".parse().unwrap(), crate::http::host::NamedBy::Host);
        let opened = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        let loaded = [("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")];
        for (path, site, how, is_refused) in [
            ("/members/1", "cross-site", opened, false),
            ("/members/1", "cross-site", loaded, true),
            ("/members/1", "same-site", loaded, true),
            ("/members/1", "same-origin", loaded, false),
            ("/settings/database", "cross-site", opened, true),
            ("/settings/database", "same-site", opened, true),
            ("/settings/database", "same-origin", opened, false),
            ("/settings/database", "none", opened, false),
        ] {
            let request = Request::get(path).header("sec-fetch-site", site);
            let request = how.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            parts.extensions.insert(tenant());
            parts.extensions.insert(RouteClass::of_path(path));
            let base = BaseUrl::localhost(3000);
            assert_eq!(check(&base, &parts).is_err(), is_refused, "{path} {site} {how:?}");
            parts.extensions.insert(TenantResolution::Base);
            assert!(check(&base, &parts).is_ok());
        }
    }

    #[test]
    fn only_a_page_of_the_same_host_may_post() {
        let acme = || TenantResolution::Tenant("acme".parse().unwrap(), crate::http::host::NamedBy::Host);
        let site = "sec-fetch-site";
        for (asked, headers, passed) in [
            (acme(), vec![(site, "same-origin")], true),
            (acme(), vec![(site, "same-site"), ("origin", "http://acme.localhost:3000")], false),
            (acme(), vec![(site, "none")], false),
            (acme(), vec![(site, "same-origin"), (site, "cross-site")], false),
            (acme(), vec![("origin", "http://acme.localhost:3000")], true),
            (acme(), vec![("origin", "http://beta.localhost:3000")], false),
            (acme(), vec![("origin", "http://acme.localhost")], false),
            (acme(), vec![("origin", "null")], false),
            (acme(), vec![], false),
            (TenantResolution::Base, vec![("origin", "http://localhost:3000")], true),
            (TenantResolution::Base, vec![("origin", "http://acme.localhost:3000")], false),
            (TenantResolution::Elsewhere, vec![], true),
        ] {
            assert_eq!(passes(asked.clone(), &headers), passed, "{asked:?} {headers:?}");
        }
    }
}
