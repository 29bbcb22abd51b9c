//! `RouteClass`: which part of the server a path belongs to. It decides whether a header may name the tenant, which kind of
//! client asks, and whether a refusal is a page or JSON. `router` finds it once for each request and puts it into the
//! request's extensions. Paths count as they were sent: nothing is decoded, so nothing is hidden.

use axum::{extract::Request, http::Extensions};

/// The parts of the server that follow the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteClass {
    /// `/api/v1`: programs.
    Api,
    /// The rest of `/api`: nothing but its description, which `router` answers on every host.
    OtherApi,
    /// `/tenants`: programs that sign a workspace up.
    SignUp,
    /// `/_fn`: the server functions of the pages.
    Function,
    /// Everything else.
    Page,
}

impl RouteClass {
    /// Finds the class of a request, and keeps it there.
    pub(crate) fn find(request: &mut Request) {
        let class = Self::of_path(request.uri().path());
        request.extensions_mut().insert(class);
    }

    /// The class that was found for a request. One that was never looked at counts as a page, which has the strictest rules.
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

    /// Whether people come here with a browser.
    pub(crate) fn is_for_people(self) -> bool {
        matches!(self, Self::Function | Self::Page)
    }

    /// Whether nothing here is ever answered with a page.
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
