//! `Area`: which part of the server a path belongs to. Decides who may be named by header, by which door a client comes,
//! and whether a refusal is a page or JSON. Paths count as they were sent: nothing is decoded, so nothing is hidden.

/// The parts of the server that follow the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
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

impl Area {
    /// The area of a request's path.
    pub(crate) fn of(path: &str) -> Self {
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
    fn a_path_belongs_to_one_area() {
        for (path, area) in [
            ("/", Area::Page),
            ("/apiary", Area::Page),
            ("/tenants/", Area::Page),
            ("/%61pi/v1/users/me", Area::Page),
            ("/tenants", Area::SignUp),
            ("/api", Area::OtherApi),
            ("/api/v10/users", Area::OtherApi),
            ("/api/v1", Area::Api),
            ("/api/v1/users/me", Area::Api),
            ("/_fn/sign-in", Area::Function),
        ] {
            assert_eq!(Area::of(path), area, "{path}");
        }
    }
}
