//! `Workspace`: the app of a tenant's host. The server lets in whoever is signed in, and shows all others `/sign-in`.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::pages::{account::Account, dashboard::Dashboard, sign_in::SignIn};

/// A tenant's pages. What is none of them the server has answered already.
#[component]
pub fn Workspace() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=path!("/") view=Dashboard ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignIn ssr=SsrMode::Async />
                <Route path=path!("/account") view=Account ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
