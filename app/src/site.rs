//! `Site`: the app of the base host, where there is no tenant yet.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::pages::site::{deleted::Deleted, find::Find, home::Home, sign_up::SignUp};

/// The base host's pages. What is none of them the server has answered already.
#[component]
pub fn Site() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=path!("/") view=Home ssr=SsrMode::Async />
                <Route path=path!("/sign-up") view=SignUp ssr=SsrMode::Async />
                <Route path=path!("/find") view=Find ssr=SsrMode::Async />
                <Route path=path!("/deleted") view=Deleted ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
