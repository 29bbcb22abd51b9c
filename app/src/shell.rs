//! The documents of the two apps. A document loads the islands' script only if its page has an island. Every other page is HTML
//! and one stylesheet.

use leptos::{
    config::LeptosOptions,
    hydration::{AutoReload, HydrationScripts},
    prelude::*,
};
use leptos_meta::MetaTags;

use crate::{
    apps::{Site, Workspace},
    document::{PageContext, document},
    paths::{self, Page},
    request::context,
};

/// The document of a page on the base host.
#[must_use]
pub fn site_shell(options: LeptosOptions) -> impl IntoView {
    let page = use_context::<PageContext>();
    page.map(|page| document(page.assets, None, head(options, page.assets, paths::SITE), view! { <Site /> }))
}

/// The document of a page on a tenant's host, in the tenant's hue.
#[must_use]
pub fn workspace_shell(options: LeptosOptions) -> impl IntoView {
    let visitor = context::visitor();
    let page = use_context::<PageContext>();
    page.map(|page| {
        document(page.assets, visitor.as_ref(), head(options, page.assets, paths::WORKSPACE), view! { <Workspace /> })
    })
}

/// The content of `<head>`: the title and, for a page with an island, the islands' script.
fn head(mut options: LeptosOptions, assets: &str, pages: &'static [Page]) -> impl IntoView {
    options.site_pkg_dir = assets.into();
    options.hash_files = false;
    let reload = cfg!(debug_assertions).then(|| view! { <AutoReload options=options.clone() /> }); // only `make watch`
    let with_islands = Page::at(pages, &context::path()).is_some_and(|page| page.island);
    view! {
        {with_islands.then(|| view! { <HydrationScripts options islands=true /> })}
        <MetaTags />
        {reload}
    }
}
