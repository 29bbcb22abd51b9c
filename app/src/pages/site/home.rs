//! `/` on the base host: what Freehold is, what it looks like, and the links to sign up or to find a workspace.

use leptos::prelude::*;
use leptos_meta::Meta;

use super::picture::Picture;
use crate::{
    components::{PageTitle, SiteLayout},
    paths::{API_DOCS, FIND, SIGN_UP},
    request::context,
};

/// The home page.
#[component]
pub fn Home() -> impl IntoView {
    let street = context::backend().map(|backend| backend.base_url().authority()).unwrap_or_default();
    let open = context::sign_up_is_open();
    view! {
        <PageTitle text="A workspace of your own · Freehold" />
        <Meta name="description" content="Freehold gives each workspace a database of its own, at an address of its own." />
        <SiteLayout open>
            <div class="hero">
                <h1 class="display">"One database per workspace."</h1>
                <p class="lead">
                    "Freehold gives each workspace its own database and its own address. Members sign in there, each with a
                    role, and programs use the "<a href=API_DOCS>"JSON API"</a>". Workspaces share no data, so you can back
                    up, move or delete one without touching the others."
                </p>
                <div class="actions">
                    {open.then(|| view! { <a class="button primary" href=SIGN_UP>"Create a workspace"</a> })}
                    <a class="button" class:primary=!open href=FIND>"Find your workspace"</a>
                </div>
            </div>
            <Picture street />
        </SiteLayout>
    }
}
