//! The documents of the two apps. A document loads the islands' script only where its page has an island; all else is HTML
//! and one stylesheet.

use leptos::{
    config::LeptosOptions,
    hydration::{AutoReload, HydrationScripts},
    prelude::*,
};
use leptos_meta::MetaTags;

use crate::{
    document::{PageContext, document},
    paths,
    request::context,
    site::Site,
    workspace::Workspace,
};

/// The pages with an island, on the base host and on tenants' hosts; below `/members/` all have one.
const WITH_ISLANDS: [&str; 5] = ["/sign-up", "/sign-in", "/account", "/settings", paths::DELETE_WORKSPACE];

/// A document of the base host.
#[must_use]
pub fn site_shell(options: LeptosOptions) -> impl IntoView {
    let page = use_context::<PageContext>();
    page.map(|page| document(page.assets, None, head(options, page.assets), view! { <Site /> }))
}

/// A document of a tenant's host, in the tenant's hue.
#[must_use]
pub fn workspace_shell(options: LeptosOptions) -> impl IntoView {
    let visitor = context::visitor();
    let page = use_context::<PageContext>();
    page.map(|page| document(page.assets, visitor.as_ref(), head(options, page.assets), view! { <Workspace /> }))
}

/// The title, and before the body the islands' script.
fn head(mut options: LeptosOptions, assets: &str) -> impl IntoView {
    options.site_pkg_dir = assets.into();
    options.hash_files = false;
    let reload = cfg!(debug_assertions).then(|| view! { <AutoReload options=options.clone() /> }); // in `make watch` alone
    let path = context::path();
    let with_islands = WITH_ISLANDS.contains(&path.as_str()) || path.starts_with("/members/");
    view! {
        {with_islands.then(|| view! { <HydrationScripts options islands=true /> })}
        <MetaTags />
        {reload}
    }
}
