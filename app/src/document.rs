//! The HTML document around every page: its head, its icons and its hue. The server passes the assets' folder and the nonce in
//! `PageContext`.

use backend::Visitor;
use leptos::{attr::media, prelude::*};

use crate::components::{Lot, grounds, icon};

/// The values that each document needs from the server.
#[derive(Debug, Clone)]
pub struct PageContext {
    /// The nonce of the content security policy. Only scripts of the page itself carry it, so no other script runs.
    pub nonce: String,
    /// The folder of `freehold.js`, `freehold.wasm` and `freehold.css`, such as `pkg/3f2a9c`.
    pub assets: &'static str,
    /// The request's id, as in the log and in the response. An error page shows it.
    pub request_id: String,
}

/// The whole document of a page. `visitor` is the workspace; `None` means the base host.
pub(crate) fn document<H: IntoView, B: IntoView>(
    assets: &str,
    visitor: Option<&Visitor>,
    head: H,
    body: B,
) -> impl IntoView + use<H, B> {
    // Only islands are hydrated, so the rest needs no hydration markers. `HydrationScripts` sets the same flag on pages that
    // have it.
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

/// The icons and theme colours that browser tabs and phones show. A workspace has its own hue and lot there.
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
