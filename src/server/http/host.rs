//! Finds the tenant of a request: a pure function of its target and headers, with every rule on hosts and `x-tenant` of
//! docs/contract.md, "Which tenant". Only `tenant` and the API's docs page call it. It knows neither the user nor the catalog.

use axum::http::{HeaderMap, HeaderName, Uri, header::HOST};
use domain::{BaseUrl, Code, Place, Problem, TenantName};

use crate::http::route_class::RouteClass;

/// The header in which a program names its tenant.
pub(crate) const X_TENANT: HeaderName = HeaderName::from_static("x-tenant");

/// The target of a request: the base host, a tenant, or another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TenantResolution {
    /// The base host, with the pages for sign-up and for finding a workspace.
    Base,
    /// Any other host that names no tenant, such as `www.`.
    Elsewhere,
    /// A tenant.
    Tenant(TenantName, NamedBy),
}

/// How the request named its tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// By the tenant's own host. Cookies of that host count.
    Host,
    /// By `x-tenant` on a host that names no tenant. Only a bearer token counts.
    Header,
}

/// Why a request names no tenant clearly, as a sentence for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidTenant(&'static str);

const NO_HOST: InvalidTenant = InvalidTenant("Send one Host header, equal to the target where that is absolute.");
const BAD_HOST: InvalidTenant = InvalidTenant("The host names no workspace. Check its spelling.");
const BAD_HEADER: InvalidTenant = InvalidTenant("Name the tenant in one x-tenant header: a-z, 0-9 and single dashes.");
const DIFFERENT: InvalidTenant = InvalidTenant("The x-tenant header and the host must name the same tenant.");

/// Finds the target of a request, or why it is not clear.
pub(crate) fn resolve(
    base: &BaseUrl,
    class: RouteClass,
    target: &Uri,
    headers: &HeaderMap,
) -> Result<TenantResolution, InvalidTenant> {
    let by_host = base.place(authority(target, headers)?).map_err(|_| BAD_HOST)?;
    match (by_host, named(headers)?) {
        (Place::Base, None) => Ok(TenantResolution::Base),
        (Place::Www | Place::Elsewhere, None) => Ok(TenantResolution::Elsewhere),
        (Place::Tenant(host), None) => Ok(TenantResolution::Tenant(host, NamedBy::Host)),
        (Place::Tenant(host), Some(header)) if host == header => Ok(TenantResolution::Tenant(host, NamedBy::Host)),
        (Place::Tenant(_), Some(_)) => Err(DIFFERENT),
        (_, Some(header)) if class == RouteClass::Api => Ok(TenantResolution::Tenant(header, NamedBy::Header)),
        (_, Some(_)) => Err(DIFFERENT),
    }
}

impl InvalidTenant {
    /// The request names no tenant, and its path needs one.
    pub(crate) const UNNAMED: Self = Self("Name the tenant, by its host or in an x-tenant header.");
}

/// Returns the one Host header. An absolute target must have the same authority.
fn authority<'a>(target: &Uri, headers: &'a HeaderMap) -> Result<&'a str, InvalidTenant> {
    let host = only(headers, &HOST).map_err(|()| NO_HOST)?.ok_or(NO_HOST)?;
    let agrees = target.authority().is_none_or(|authority| authority.as_str().eq_ignore_ascii_case(host));
    if agrees { Ok(host) } else { Err(NO_HOST) }
}

/// The tenant in `x-tenant`. `None` if there is no such header.
fn named(headers: &HeaderMap) -> Result<Option<TenantName>, InvalidTenant> {
    let name = only(headers, &X_TENANT).map_err(|()| BAD_HEADER)?;
    name.map(|name| name.parse().map_err(|_| BAD_HEADER)).transpose()
}

/// The value of a header that may come once, in visible ASCII. `None` if the header is absent.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(drop),
        (Some(_), Some(_)) => Err(()),
    }
}

impl From<InvalidTenant> for Problem {
    fn from(InvalidTenant(why): InvalidTenant) -> Self {
        Self::detail(Code::InvalidTenant, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn ask(target: &str, headers: &[(&'static str, &str)]) -> Result<TenantResolution, InvalidTenant> {
        let base = "https://freehold.example".parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let target: Uri = target.parse().unwrap();
        resolve(&base, RouteClass::of_path(target.path()), &target, &map)
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands in tables of results")]
    fn tenant(name: &str, by: NamedBy) -> Result<TenantResolution, InvalidTenant> {
        Ok(TenantResolution::Tenant(name.parse().unwrap(), by))
    }

    #[test]
    fn one_host_says_who_is_asked() {
        for (host, expected) in [
            ("freehold.example", Ok(TenantResolution::Base)),
            ("FREEHOLD.example:8443", Ok(TenantResolution::Base)),
            ("www.freehold.example", Ok(TenantResolution::Elsewhere)),
            ("127.0.0.1:3000", Ok(TenantResolution::Elsewhere)),
            ("[::1]:3000", Ok(TenantResolution::Elsewhere)),
            ("acme.freehold.example", tenant("acme", NamedBy::Host)),
            ("ACME.Freehold.Example:443", tenant("acme", NamedBy::Host)),
            ("acme.freehold.example:", tenant("acme", NamedBy::Host)),
            ("", Err(BAD_HOST)),
            ("acme.freehold.example.", Err(BAD_HOST)),
            ("a.acme.freehold.example", Err(BAD_HOST)),
            ("acme..freehold.example", Err(BAD_HOST)),
            ("acme%2e.freehold.example", Err(BAD_HOST)),
            ("acme/x.freehold.example", Err(BAD_HOST)),
            ("xn--acm-dma.freehold.example", Err(BAD_HOST)),
            ("аcme.freehold.example", Err(NO_HOST)),
        ] {
            assert_eq!(ask("/", &[("host", host)]), expected, "{host}");
        }
    }

    #[test]
    fn the_host_comes_once_and_an_absolute_target_repeats_it() {
        let acme = ("host", "acme.freehold.example");
        assert_eq!(ask("/", &[]), Err(NO_HOST));
        assert_eq!(ask("/", &[acme, acme]), Err(NO_HOST));
        assert_eq!(ask("https://ACME.freehold.example/", &[acme]), tenant("acme", NamedBy::Host));
        assert_eq!(ask("https://beta.freehold.example/", &[acme]), Err(NO_HOST));
        assert_eq!(ask("https://u@acme.freehold.example/", &[acme]), Err(NO_HOST));
        assert_eq!(ask("https://acme.freehold.example/", &[]), Err(NO_HOST));
    }

    #[test]
    fn a_header_names_a_tenant_to_the_api_on_hosts_that_name_none() {
        let (base, ip) = (("host", "freehold.example"), ("host", "10.0.0.1"));
        let (acme, header) = (("host", "acme.freehold.example"), ("x-tenant", "acme"));
        for (target, headers, expected) in [
            ("/api/v1/users/me", vec![base, header], tenant("acme", NamedBy::Header)),
            ("/api/v1/users/me", vec![ip, header], tenant("acme", NamedBy::Header)),
            ("/api/v1/users/me", vec![acme, header], tenant("acme", NamedBy::Host)),
            ("/account", vec![acme, header], tenant("acme", NamedBy::Host)),
            ("/", vec![base, header], Err(DIFFERENT)),
            ("/tenants", vec![base, header], Err(DIFFERENT)),
            ("/api/v10", vec![ip, header], Err(DIFFERENT)),
            ("/api/v1/users/me", vec![acme, ("x-tenant", "beta")], Err(DIFFERENT)),
            ("/api/v1/users/me", vec![base, header, header], Err(BAD_HEADER)),
            ("/api/v1/users/me", vec![acme, header, header], Err(BAD_HEADER)),
        ] {
            assert_eq!(ask(target, &headers), expected, "{target} {headers:?}");
        }
        for bad in
            ["", "Acme", "a.b", "a/b", "..", "%2e", "аcme", "xn--acm-dma", "-a", "a-", "a--b", "a,b", &"x".repeat(41)]
        {
            assert_eq!(ask("/api/v1/x", &[base, ("x-tenant", bad)]), Err(BAD_HEADER), "{bad}");
        }
    }
}
