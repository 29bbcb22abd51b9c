//! `/deleted` on the base host: where an owner stands who has deleted their workspace. It names none, so that an address
//! which somebody made up says nothing either.

use leptos::prelude::*;

use crate::{
    asked,
    components::{Lot, PageTitle, SiteLayout, Vacant},
};

/// The path of the page.
pub(crate) const PAGE: &str = "/deleted";

/// The page.
#[component]
pub fn Deleted() -> impl IntoView {
    let open = asked::sign_up_is_open();
    view! {
        <PageTitle text="The workspace is gone · Freehold" />
        <SiteLayout open>
            <div class="sheet">
                <div class="problem">
                    <div class="stack">
                        <p class="folio">"Entry closed"</p>
                        <h1>"The workspace is gone"</h1>
                        <p class="prose">
                            "Everybody is signed out, and its address answers nobody any more. A final backup is kept by whoever
                            runs this service: ask them if it should come back. Nobody else gets the address for 90 days."
                        </p>
                        <p class="prose muted">
                            "Should it still open in some minutes, its backup could not be made, and nothing was lost."
                        </p>
                        <div class="actions">
                            {open.then(|| view! { <a class="button primary" href="/sign-up">"Create a workspace"</a> })}
                            <a class="button" class:primary=!open href="/find">"Find another workspace"</a>
                        </div>
                    </div>
                    <Vacant lot=Lot::FREEHOLD />
                </div>
            </div>
        </SiteLayout>
    }
}
