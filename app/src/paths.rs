//! The paths, and the table of the pages. A row of the table declares everything about a page: the constant of its path, its
//! component, who may see it, its link in the navigation, and whether it has an island. The routes, the navigation, the shell
//! and the tests read the table. The component checks the role itself (`member.admin()?`). A test requests every page with
//! every role, and so proves that the component and the table agree.

use domain::Role;
use serde::Serialize;

/// The page that takes the owner of a new workspace from sign-up into the workspace.
pub const WELCOME: &str = "/welcome";
/// The download of the workspace's database as a file.
pub const DATABASE: &str = "/settings/database";
/// The API reference as a page.
pub const API_DOCS: &str = "/api/docs";
/// The API description as JSON.
pub const OPENAPI: &str = "/api/openapi.json";

/// Who may see a page. A page with one level is also open to every level after it in this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everyone, signed in or not.
    Open,
    /// Everyone who is signed in, also with a one-time password.
    Session,
    /// Every member who has chosen a password.
    Member,
    /// Admins and owners.
    Admin,
    /// Owners.
    Owner,
}

impl From<Role> for Access {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Admin => Self::Admin,
            Role::Owner => Self::Owner,
        }
    }
}

/// A row of the table, without its component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Page {
    /// Its path. `:user` stands for the id of a member.
    pub path: &'static str,
    /// Who may see it.
    pub access: Access,
    /// The text of its link in the navigation. `None` means that it has no link there.
    pub navigation: Option<&'static str>,
    /// Whether it has an island. Only then does the page load the islands' script.
    pub island: bool,
}

/// Passes the rows of the base host's pages to a macro.
macro_rules! site_pages {
    ($macro:ident) => {
        $macro! {
            HOME { path: "/", view: Home, access: Open, navigation: None, island: false }
            SIGN_UP { path: "/sign-up", view: SignUp, access: Open, navigation: Some("Create a workspace"), island: true }
            FIND { path: "/find", view: Find, access: Open, navigation: Some("Find your workspace"), island: false }
            DELETED { path: "/deleted", view: Deleted, access: Open, navigation: None, island: false }
        }
    };
}

/// Passes the rows of a workspace's pages to a macro. The navigation has the same order.
macro_rules! workspace_pages {
    ($macro:ident) => {
        $macro! {
            DASHBOARD { path: "/", view: Dashboard, access: Member, navigation: Some("Dashboard"), island: false }
            SIGN_IN { path: "/sign-in", view: SignIn, access: Open, navigation: None, island: true }
            MEMBERS { path: "/members", view: Members, access: Admin, navigation: Some("Members"), island: false }
            ADD_MEMBER { path: "/members/new", view: AddMember, access: Admin, navigation: None, island: true }
            MEMBER { path: "/members/:user", view: Member, access: Admin, navigation: None, island: true }
            MAKE_OWNER { path: "/members/:user/make-owner", view: MakeOwner, access: Owner, navigation: None, island: false }
            REMOVE_MEMBER { path: "/members/:user/remove", view: RemoveMember, access: Admin, navigation: None, island: false }
            RESET_PASSWORD { path: "/members/:user/reset-password", view: ResetPassword, access: Admin, navigation: None, island: false }
            ACTIVITY { path: "/activity", view: Activity, access: Admin, navigation: Some("Activity"), island: false }
            SETTINGS { path: "/settings", view: Settings, access: Owner, navigation: Some("Settings"), island: true }
            SIGN_EVERYONE_OUT { path: "/settings/sign-everyone-out", view: SignEveryoneOut, access: Owner, navigation: None, island: false }
            DELETE_WORKSPACE { path: "/settings/delete", view: DeleteWorkspace, access: Owner, navigation: None, island: true }
            ACCOUNT { path: "/account", view: Account, access: Session, navigation: Some("Account"), island: true }
        }
    };
}

#[cfg(feature = "ssr")]
pub(crate) use {site_pages, workspace_pages};

/// Makes a constant of each path.
macro_rules! constants {
    ($($name:ident { path: $path:tt, view: $view:ident, $($rest:tt)* })*) => {
        $(#[doc = concat!("The path of the page `", stringify!($view), "`.")] pub const $name: &str = $path;)*
    };
}

/// Makes a list of the rows.
macro_rules! rows {
    ($($name:ident {
        path: $path:tt, view: $view:ident, access: $access:ident, navigation: $navigation:expr, island: $island:expr
    })*) => {
        &[$(Page { path: $path, access: Access::$access, navigation: $navigation, island: $island }),*]
    };
}

site_pages!(constants);
workspace_pages!(constants);

/// The pages of the base host.
pub const SITE: &[Page] = site_pages!(rows);
/// The pages of a workspace.
pub const WORKSPACE: &[Page] = workspace_pages!(rows);

/// The path of a page about one member.
#[must_use]
pub fn about(page: &str, user: impl std::fmt::Display) -> String {
    page.replace(":user", &user.to_string())
}

impl Page {
    /// The page at this path. A fixed path takes precedence over one with an id.
    #[must_use]
    pub fn at(pages: &'static [Self], path: &str) -> Option<&'static Self> {
        let fixed = pages.iter().find(|page| page.path == path);
        fixed.or_else(|| pages.iter().find(|page| page.holds(path)))
    }

    /// Whether this page has the given path, with an id in place of `:user`.
    fn holds(&self, path: &str) -> bool {
        let parts = || self.path.split('/').zip(path.split('/'));
        self.path.split('/').count() == path.split('/').count()
            && parts().all(|(own, given)| own == given || (own.starts_with(':') && !given.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_of_one_page() {
        let page = |path: &str| Page::at(WORKSPACE, path).map(|page| page.path);
        for path in [DASHBOARD, MEMBERS, ADD_MEMBER, DELETE_WORKSPACE] {
            assert_eq!(page(path), Some(path));
        }
        assert_eq!(page(&about(MEMBER, "7")), Some(MEMBER));
        assert_eq!(page(&about(REMOVE_MEMBER, "7")), Some(REMOVE_MEMBER));
        for path in ["", "/members/", "/members/7/nothing", "/members/7/remove/x", "/account/", FIND] {
            assert_eq!(page(path), None, "{path}");
        }
    }

    #[test]
    fn the_navigation_shows_what_opens_for_a_role() {
        let shown = |access| -> Vec<_> {
            WORKSPACE.iter().filter(|page| page.access <= access).filter_map(|page| page.navigation).collect()
        };
        assert_eq!(shown(Role::Owner.into()), ["Dashboard", "Members", "Activity", "Settings", "Account"]);
        assert_eq!(shown(Role::Admin.into()), ["Dashboard", "Members", "Activity", "Account"]);
        assert_eq!(shown(Role::Member.into()), ["Dashboard", "Account"]);
        assert_eq!(shown(Access::Session), ["Account"]);
    }
}
