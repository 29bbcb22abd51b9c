//! `BaseUrl`: the address of this Freehold. The address of each tenant is derived from it. Every link, redirect and origin
//! check uses it, and never an address that a request claims. It also tells what a Host header names.

use std::str::FromStr;

use crate::TenantName;

/// A base URL with scheme, host and port: `https://freehold.example`, `http://localhost:3000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    https: bool,
    host: String,
    port: Option<u16>,
}

/// Why a text is not a base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// The text is not a URL of the form scheme, host and port.
    #[error("it must look like https://freehold.example, with no path")]
    Form,
    /// The host is an IP address, which has no subdomains for tenants.
    #[error("its host must be a name: tenants are subdomains, and an IP address has no subdomains")]
    Address,
    /// The URL is `http://` with a host other than localhost. Passwords would be sent unencrypted.
    #[error("http:// is for localhost only: use https:// (TLS may end at a proxy)")]
    Insecure,
}

/// The place that a host names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The base host itself.
    Base,
    /// `www.` before the base host.
    Www,
    /// A tenant's host.
    Tenant(TenantName),
    /// Another name or address of this server, such as `127.0.0.1`.
    Elsewhere,
}

/// The host is malformed, or is a subdomain of the base host that is not a tenant name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The host names no workspace.")]
pub struct InvalidHost;

impl BaseUrl {
    /// Returns `http://localhost` with a port: the default base URL.
    pub fn localhost(port: u16) -> Self {
        Self { https: false, host: "localhost".into(), port: (port != 80).then_some(port) }
    }

    /// Whether the scheme is https.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the host is `localhost` or a name under it: an installation on the user's own machine.
    pub fn is_localhost(&self) -> bool {
        is_localhost(&self.host)
    }

    /// Returns the host, and the port unless it is the default port of the scheme.
    pub fn authority(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }

    /// Returns the host and port of a tenant.
    pub fn tenant_authority(&self, tenant: &TenantName) -> String {
        format!("{tenant}.{}", self.authority())
    }

    /// Returns the origin of a tenant's pages: their URL without a path.
    pub fn tenant(&self, tenant: &TenantName) -> String {
        format!("{}://{}", self.scheme(), self.tenant_authority(tenant))
    }

    /// Returns a CSP source expression that matches the origin of every tenant, for `form-action`.
    pub fn any_tenant(&self) -> String {
        format!("{}://*.{}", self.scheme(), self.authority())
    }

    fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    /// Returns the place that an authority (`host` or `host:port`) names. Case and port do not matter.
    ///
    /// # Errors
    /// When it is malformed, ends in a dot, or is a subdomain of the base host that is not a tenant name.
    pub fn place(&self, authority: &str) -> Result<Place, InvalidHost> {
        let host = host_of(authority)?.to_ascii_lowercase();
        if host == self.host {
            return Ok(Place::Base);
        }
        match host.strip_suffix(&self.host).and_then(|rest| rest.strip_suffix('.')) {
            None => Ok(Place::Elsewhere),
            Some("www") => Ok(Place::Www),
            Some(label) => label.parse().map(Place::Tenant).map_err(|_| InvalidHost),
        }
    }
}

/// Returns the host of an authority, without the port. The brackets of an IPv6 address stay.
fn host_of(authority: &str) -> Result<&str, InvalidHost> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or(InvalidHost)?;
            address.parse::<std::net::Ipv6Addr>().map_err(|_| InvalidHost)?;
            (&authority[..address.len() + 2], port)
        }
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    // RFC 3986 allows an empty port.
    let port_fits = matches!(port, "" | ":") || port.strip_prefix(':').is_some_and(is_port);
    let name = !host.is_empty()
        && !host.ends_with('.')
        && (host.starts_with('[')
            || host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')));
    if port_fits && name { Ok(host) } else { Err(InvalidHost) }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let url = url::Url::parse(text).map_err(|_| InvalidBaseUrl::Form)?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !bare || !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidBaseUrl::Form);
        }
        let Some(url::Host::Domain(host)) = url.host() else { return Err(InvalidBaseUrl::Address) };
        if host.ends_with('.') {
            return Err(InvalidBaseUrl::Form);
        }
        let https = url.scheme() == "https";
        if !https && !is_localhost(host) {
            return Err(InvalidBaseUrl::Insecure);
        }
        Ok(Self { https, host: host.to_owned(), port: url.port() })
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}", self.scheme(), self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_names_the_base_a_tenant_or_elsewhere() {
        let base: BaseUrl = "https://freehold.example".parse().unwrap();
        let tenant = |name: &str| Ok(Place::Tenant(name.parse().unwrap()));
        for (authority, place) in [
            ("freehold.example", Ok(Place::Base)),
            ("Freehold.Example:443", Ok(Place::Base)),
            ("www.freehold.example", Ok(Place::Www)),
            ("acme.freehold.example:8443", tenant("acme")),
            ("ACME.freehold.example", tenant("acme")),
            ("127.0.0.1:3000", Ok(Place::Elsewhere)),
            ("[::1]:3000", Ok(Place::Elsewhere)),
            ("acme.other.example", Ok(Place::Elsewhere)),
            ("notfreehold.example", Ok(Place::Elsewhere)),
            ("a.b.freehold.example", Err(InvalidHost)),
            ("acme.freehold.example.", Err(InvalidHost)),
            (".freehold.example", Err(InvalidHost)),
            ("xn--acm-dma.freehold.example", Err(InvalidHost)),
            ("-a.freehold.example", Err(InvalidHost)),
            ("acme.freehold.example:99999", Err(InvalidHost)),
            ("acme.freehold.example:", tenant("acme")),
            ("[::1]:", Ok(Place::Elsewhere)),
            (":", Err(InvalidHost)),
            ("acme.freehold.example::", Err(InvalidHost)),
            ("acme.freehold.example:+80", Err(InvalidHost)),
            ("user@acme.freehold.example", Err(InvalidHost)),
            ("[::1", Err(InvalidHost)),
            ("", Err(InvalidHost)),
        ] {
            assert_eq!(base.place(authority), place, "{authority}");
        }
    }

    #[test]
    fn addresses_are_made_from_the_base() {
        let base = BaseUrl::localhost(3000);
        assert_eq!(base.to_string(), "http://localhost:3000");
        assert_eq!(base.tenant(&"acme".parse().unwrap()), "http://acme.localhost:3000");
        assert_eq!("https://f.example:443".parse::<BaseUrl>().unwrap().any_tenant(), "https://*.f.example");
    }

    #[test]
    fn unsafe_or_unusable_bases_are_refused() {
        for (text, why) in [
            ("http://freehold.example", InvalidBaseUrl::Insecure),
            ("https://10.0.0.1", InvalidBaseUrl::Address),
            ("https://[::1]", InvalidBaseUrl::Address),
            ("https://f.example/app", InvalidBaseUrl::Form),
            ("f.example", InvalidBaseUrl::Form),
            ("ftp://f.example", InvalidBaseUrl::Form),
        ] {
            assert_eq!(text.parse::<BaseUrl>(), Err(why), "{text}");
        }
    }
}
