//! The documents around the pages. A document loads the islands' script only where its page has an island; all else is HTML
//! and one stylesheet. Names of assets and the nonce come from the server, by `PageContext`.

use backend::Visitor;
use leptos::{
    attr::media,
    config::LeptosOptions,
    hydration::{AutoReload, HydrationScripts},
    prelude::*,
};
use leptos_meta::MetaTags;

use crate::{
    asked,
    components::{Lot, grounds, icon},
    pages::settings_delete,
    site::Site,
    workspace::Workspace,
};

/// The pages with an island, on the base host and on tenants' hosts; below `/members/` all have one.
const WITH_ISLANDS: [&str; 5] = ["/sign-up", "/sign-in", "/account", "/settings", settings_delete::PAGE];

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

/// A document of the base host.
#[must_use]
pub fn site_shell(options: LeptosOptions) -> impl IntoView {
    let page = use_context::<PageContext>();
    page.map(|page| document(page.assets, None, head(options, page.assets), view! { <Site /> }))
}

/// A document of a tenant's host, in the tenant's hue.
#[must_use]
pub fn workspace_shell(options: LeptosOptions) -> impl IntoView {
    let visitor = asked::visitor();
    let page = use_context::<PageContext>();
    page.map(|page| document(page.assets, visitor.as_ref(), head(options, page.assets), view! { <Workspace /> }))
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

/// The title, and before the body the islands' script.
fn head(mut options: LeptosOptions, assets: &str) -> impl IntoView {
    options.site_pkg_dir = assets.into();
    options.hash_files = false;
    let reload = cfg!(debug_assertions).then(|| view! { <AutoReload options=options.clone() /> }); // in `make watch` alone
    let path = asked::path();
    let with_islands = WITH_ISLANDS.contains(&path.as_str()) || path.starts_with("/members/");
    view! {
        {with_islands.then(|| view! { <HydrationScripts options islands=true /> })}
        <MetaTags />
        {reload}
    }
}
