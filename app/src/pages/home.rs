//! `/` on the base host: what this is, and the ways in.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{asked, components::SiteLayout};

/// A picture without any text from outside, so it may be put in as it is.
const PLAN: &str = include_str!("home.svg");

/// The first page.
#[component]
pub fn Home() -> impl IntoView {
    let street = asked::backend().map(|backend| backend.base_url().authority()).unwrap_or_default();
    let open = asked::sign_up_is_open();
    view! {
        <Title text="A workspace of your own · Freehold" />
        <SiteLayout open>
            <div class="split">
                <div class="stack wide">
                    <h1 class="display">"Every workspace owns its ground."</h1>
                    <p class="prose lead">
                        "Freehold gives each workspace a database of its own, at its own address. Your members sign in there with
                        a browser; your programs reach the same data over JSON. Nothing is shared with the neighbours, so you can
                        back it up, move it or take it with you."
                    </p>
                    <div class="actions">
                        {open.then(|| view! { <a class="button primary" href="/sign-up">"Create a workspace"</a> })}
                        <a class="button" class:primary=!open href="/find">"Find your workspace"</a>
                    </div>
                </div>
                <figure>
                    <div inner_html=PLAN></div>
                    <figcaption class="plan-caption"><span>"Each parcel is one workspace"</span><span>{street}</span></figcaption>
                </figure>
            </div>
        </SiteLayout>
    }
}
