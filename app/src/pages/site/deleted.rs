//! `/deleted` on the base host: the page an owner sees after deleting their workspace. It names no workspace, so a made-up URL
//! cannot make it say anything about one.

use leptos::prelude::*;

use crate::{
    components::{Lot, PageTitle, SiteLayout, Vacant},
    paths::{FIND, SIGN_UP},
    request::context,
};

/// The page after a deletion.
#[component]
pub fn Deleted() -> impl IntoView {
    let open = context::sign_up_is_open();
    view! {
        <PageTitle text="Workspace deleted · Freehold" />
        <SiteLayout open>
            <div class="sheet">
                <div class="problem">
                    <div class="stack">
                        <h1>"Workspace deleted"</h1>
                        <p class="prose">
                            "Everyone is signed out and the address no longer works. Your provider keeps a final backup: ask them
                            to restore it. The address is reserved for 90 days."
                        </p>
                        <p class="prose muted">
                            "If the workspace still opens in a few minutes, the final backup failed and nothing was deleted."
                        </p>
                        <div class="actions">
                            {open.then(|| view! { <a class="button primary" href=SIGN_UP>"Create a workspace"</a> })}
                            <a class="button" class:primary=!open href=FIND>"Find another workspace"</a>
                        </div>
                    </div>
                    <Vacant lot=Lot::FREEHOLD />
                </div>
            </div>
        </SiteLayout>
    }
}
