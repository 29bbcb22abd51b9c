//! The HTML document around every page: its head, its icons and its hue. The names of assets and the nonce come from the
//! server, by `PageContext`.

use backend::Visitor;
use leptos::{attr::media, prelude::*};

use crate::components::{Lot, grounds, icon};

/// What each document needs from the server.
#[derive(Debug, Clone)]
pub struct PageContext {
    /// Lets the page's own script run, and no other.
    pub nonce: String,
    /// The folder of `freehold.js`, `freehold.wasm` and `freehold.css`, such as `pkg/3f2a9c`.
    pub assets: &'static str,
    /// What the log and the answer call the request: a page that shows an error says it.
    pub request_id: String,
}

/// A whole document: of a workspace, or of Freehold itself.
pub(crate) fn document<H: IntoView, B: IntoView>(
    assets: &str,
    visitor: Option<&Visitor>,
    head: H,
    body: B,
) -> impl IntoView + use<H, B> {
    // Outside islands nothing is hydrated, so no marks for it are wanted. `HydrationScripts` says the same, where it is.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    view! {
        <!DOCTYPE html>
        <html lang="en" data-hue=visitor.map(|visitor| visitor.hue().index().to_string())>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="stylesheet" href=format!("/{assets}/freehold.css") />
                {icons(visitor)}
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// How the page looks outside itself, among the tabs and on a phone: a workspace shows its own hue and lot there.
fn icons(visitor: Option<&Visitor>) -> impl IntoView + use<> {
    let [day, night] = grounds(visitor.map(Visitor::hue));
    let own = visitor.map(|visitor| icon(Lot::of(visitor.id()), visitor.hue()));
    let manifest = own.is_none().then(|| view! { <link rel="manifest" href="/site.webmanifest" /> });
    view! {
        <meta name="theme-color" content={day} {..media("(prefers-color-scheme: light)")} />
        <meta name="theme-color" content={night} {..media("(prefers-color-scheme: dark)")} />
        <link rel="icon" href="/favicon.ico" sizes="32x32" />
        <link rel="icon" href=own.unwrap_or_else(|| "/favicon.svg".to_owned()) type="image/svg+xml" />
        <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
        {manifest}
    }
}
