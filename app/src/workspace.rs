//! `Workspace`: the app of a tenant's host. The server lets in whoever is signed in, and shows all others `/sign-in`.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::pages::{
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
};

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
                <Route path=path!("/members") view=Members ssr=SsrMode::Async />
                <Route path=path!("/members/new") view=AddMember ssr=SsrMode::Async />
                <Route path=path!("/members/:user") view=Member ssr=SsrMode::Async />
                <Route path=path!("/members/:user/make-owner") view=MakeOwner ssr=SsrMode::Async />
                <Route path=path!("/members/:user/remove") view=RemoveMember ssr=SsrMode::Async />
                <Route path=path!("/members/:user/reset-password") view=ResetPassword ssr=SsrMode::Async />
                <Route path=path!("/activity") view=Activity ssr=SsrMode::Async />
                <Route path=path!("/settings") view=Settings ssr=SsrMode::Async />
                <Route path=path!("/settings/sign-everyone-out") view=SignEveryoneOut ssr=SsrMode::Async />
                <Route path=path!("/settings/delete") view=DeleteWorkspace ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
