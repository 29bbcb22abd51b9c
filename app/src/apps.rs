//! The two apps: `Site` on the base host, and `Workspace` on a tenant's host. On a tenant's host the server shows `/sign-in` to
//! everyone who is not signed in. The routes are the rows of the table in `paths.rs`.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    pages::{
        account::Account,
        activity::Activity,
        dashboard::Dashboard,
        members::{
            add::AddMember,
            confirm::{RemoveMember, ResetPassword},
            list::Members,
            make_owner::MakeOwner,
            show::Member,
        },
        settings::{Settings, SignEveryoneOut, delete::DeleteWorkspace},
        sign_in::SignIn,
        site::{deleted::Deleted, find::Find, home::Home, sign_up::SignUp},
    },
    paths::{site_pages, workspace_pages},
};

/// Makes a route of each row of the table.
macro_rules! routes {
    ($($name:ident { path: $path:tt, view: $view:ident, $($rest:tt)* })*) => {
        view! { <Routes fallback=|| ()>$(<Route path=path!($path) view=$view ssr=SsrMode::Async />)*</Routes> }
    };
}

/// The pages of the base host. The server itself handles all other paths.
#[component]
pub fn Site() -> impl IntoView {
    provide_meta_context();
    view! { <Router>{site_pages!(routes)}</Router> }
}

/// The pages of a tenant's host. The server itself handles all other paths.
#[component]
pub fn Workspace() -> impl IntoView {
    provide_meta_context();
    view! { <Router>{workspace_pages!(routes)}</Router> }
}
