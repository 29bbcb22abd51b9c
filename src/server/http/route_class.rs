//! `RouteClass`: the part of the server that a path belongs to. It decides whether a header may name the tenant, which kind of
//! client sends the request, and whether a refusal is a page or JSON. `router` finds it once for each request and adds it to
//! the extensions. A path is compared as it was sent, without decoding, so that an encoded path cannot hide its class.

use axum::{extract::Request, http::Extensions};

/// The parts of the server behind the tenant lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteClass {
    /// `/api/v1`: the API for programs.
    Api,
    /// The rest of `/api`. It has only the API's description, which `router` answers on every host.
    OtherApi,
    /// `/tenants`: the sign-up for programs.
    SignUp,
    /// `/_fn`: the server functions of the pages.
    Function,
    /// Any other path.
    Page,
}

impl RouteClass {
    /// Finds the class of a request and adds it to the extensions.
    pub(crate) fn find(request: &mut Request) {
        let class = Self::of_path(request.uri().path());
        request.extensions_mut().insert(class);
    }

    /// The class of a request. A request without one counts as a page, which has the strictest rules.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self::Page)
    }

    /// The class of a path.
    pub(crate) fn of_path(path: &str) -> Self {
        match path {
            "/tenants" => Self::SignUp,
            _ if is_under(path, "/api/v1") => Self::Api,
            _ if is_under(path, "/api") => Self::OtherApi,
            _ if is_under(path, "/_fn") => Self::Function,
            _ => Self::Page,
        }
    }

    /// Whether users open this part with a browser.
    pub(crate) fn is_for_people(self) -> bool {
        matches!(self, Self::Function | Self::Page)
    }

    /// Whether this part never answers with a page.
    pub(crate) fn is_json_alone(self) -> bool {
        matches!(self, Self::Api | Self::SignUp)
    }
}

fn is_under(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_belongs_to_one_class() {
        for (path, class) in [
            ("/", RouteClass::Page),
            ("/apiary", RouteClass::Page),
            ("/tenants/", RouteClass::Page),
            ("/%61pi/v1/users/me", RouteClass::Page),
            ("/tenants", RouteClass::SignUp),
            ("/api", RouteClass::OtherApi),
            ("/api/v10/users", RouteClass::OtherApi),
            ("/api/v1", RouteClass::Api),
            ("/api/v1/users/me", RouteClass::Api),
            ("/_fn/sign-in", RouteClass::Function),
        ] {
            assert_eq!(RouteClass::of_path(path), class, "{path}");
        }
    }
}
