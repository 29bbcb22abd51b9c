//! The two apps: `Site` on the base host, where there is no tenant yet, and `Workspace` on a tenant's host, where the server
//! lets in who is signed in and shows `/sign-in` to all others. Their routes are the rows of the table in `paths.rs`.

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

/// The base host's pages. The server answers all other paths itself.
#[component]
pub fn Site() -> impl IntoView {
    provide_meta_context();
    view! { <Router>{site_pages!(routes)}</Router> }
}

/// A tenant's pages. The server answers all other paths itself.
#[component]
pub fn Workspace() -> impl IntoView {
    provide_meta_context();
    view! { <Router>{workspace_pages!(routes)}</Router> }
}
