//! The address of a client: the peer of the connection, or the address that a trusted proxy gives in `X-Forwarded-For`. The
//! request's extensions get it as `backend::Client`, for limits and sessions. Without trusted proxies the header is ignored.

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::Request,
    http::{HeaderMap, header::USER_AGENT},
};
use backend::{Client, ClientKind};
use ipnet::IpNet;

use crate::http::route_class::RouteClass;

/// The other end of the connection. `connections` adds it to each request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The networks of the proxies whose `X-Forwarded-For` is used.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrustedProxies(Arc<[IpNet]>);

/// The address or network of a proxy, such as `10.0.0.7` or `10.0.0.0/8`.
#[derive(Debug, Clone, Copy)]
pub struct Proxy(IpNet);

/// The text is neither an address nor a network.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it must be an IP address or a network, such as 10.0.0.7 or 10.0.0.0/8")]
pub struct InvalidProxy;

impl FromStr for Proxy {
    type Err = InvalidProxy;

    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address.or_else(|_| text.parse()).map(Self).map_err(|_| InvalidProxy)
    }
}

impl TrustedProxies {
    pub(crate) fn new(proxies: &[Proxy]) -> Self {
        Self(proxies.iter().map(|proxy| proxy.0).collect())
    }

    /// Whether this address belongs to a trusted proxy.
    pub(crate) fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address nearest to this server that is not a trusted proxy. Entries further left are ignored: the client itself may
    /// have written them.
    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let mut nearest = peer.to_canonical();
        for hop in hops.iter().rev().filter(|hop| !hop.is_empty()) {
            if !self.trust(nearest) {
                break;
            }
            let Some(address) = address_of(hop) else {
                tell_unreadable(nearest);
                break;
            };
            nearest = address.to_canonical();
        }
        nearest
    }
}

/// Parses one entry: `203.0.113.9`, `2001:db8::1`, the same in brackets, or either with a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"');
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Logs a warning, at most once an hour. Until the proxy's settings are changed, each of its requests counts as the proxy's
/// own.
fn tell_unreadable(proxy: IpAddr) {
    const HOUR: Duration = Duration::from_hours(1);
    static TOLD: Mutex<Option<Instant>> = Mutex::new(None);
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.is_none_or(|at| at.elapsed() >= HOUR) {
        *told = Some(Instant::now());
        tracing::warn!(%proxy, "an entry of X-Forwarded-For is not an address: its requests count as the proxy's own");
    }
}

/// Adds the client's address, user agent and kind to the request.
pub(crate) fn identify(proxies: &TrustedProxies, request: &mut Request) {
    let peer = request.extensions().get().map_or(IpAddr::from([0, 0, 0, 0]), |Peer(address)| address.ip());
    let user_agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let client = Client {
        address: proxies.origin(peer, request.headers()),
        user_agent: user_agent.to_owned(),
        kind: if RouteClass::of(request.extensions()).is_for_people() { ClientKind::Browser } else { ClientKind::Api },
    };
    request.extensions_mut().insert(client);
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_trusted_proxies_are_believed_and_only_as_far_as_they_go() {
        let proxies: Vec<Proxy> = ["10.0.0.0/8", "::1"].map(|text| text.parse().unwrap()).into();
        let ours = TrustedProxies::new(&proxies);
        for (proxies, peer, forwarded, origin) in [
            (&TrustedProxies::default(), "10.0.0.7", "203.0.113.9", "10.0.0.7"),
            (&ours, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
            (&ours, "10.0.0.7", "203.0.113.9", "203.0.113.9"),
            (&ours, "::ffff:10.0.0.7", "203.0.113.9", "203.0.113.9"),
            (&ours, "::1", "198.51.100.2, 203.0.113.9, 10.0.0.8", "203.0.113.9"),
            (&ours, "10.0.0.7", "198.51.100.2, nonsense", "10.0.0.7"),
            (&ours, "10.0.0.7", "", "10.0.0.7"),
            (&ours, "10.0.0.7", "203.0.113.9:5678", "203.0.113.9"),
            (&ours, "10.0.0.7", "[2001:db8::1]:5678", "2001:db8::1"),
            (&ours, "10.0.0.7", "[2001:db8::1]", "2001:db8::1"),
            (&ours, "10.0.0.7", "\"[2001:db8::1]:5678\" ,  10.0.0.8:80", "2001:db8::1"),
            (&ours, "10.0.0.7", "203.0.113.9:port", "10.0.0.7"),
            (&ours, "10.0.0.7", "203.0.113.9, ", "203.0.113.9"),
        ] {
            let headers =
                HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), HeaderValue::from_static(forwarded))]);
            assert_eq!(proxies.origin(peer.parse().unwrap(), &headers).to_string(), origin, "{peer} {forwarded}");
        }
        assert!("10.0.0.0/33".parse::<Proxy>().is_err() && "proxy".parse::<Proxy>().is_err());
    }
}
