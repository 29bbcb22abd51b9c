//! The layout of every page: masthead, navigation and footer. There is one layout for the base host and one for a workspace. A
//! layout shows only what its page passes in.

use backend::Visitor;
use domain::User;
use leptos::prelude::*;

use super::{FormKey, Lot, Mark, Wordmark};
use crate::{
    Notice,
    paths::{self, Access, DASHBOARD, FIND, HOME, Page, SIGN_UP},
};

/// The path of a page and the text of its link.
type Link = (&'static str, &'static str);

/// The links to the pages that `may_see` accepts, in the order of the table.
fn links(pages: &'static [Page], may_see: impl Fn(&Page) -> bool) -> Vec<Link> {
    pages.iter().filter(|page| may_see(page)).filter_map(|page| Some((page.path, page.navigation?))).collect()
}

/// The navigation links for a user. A user with a one-time password gets only the link to the page where they choose a
/// password.
fn links_of(user: &User) -> Vec<Link> {
    let access = if user.password_change_required { Access::Session } else { user.role.into() };
    links(paths::WORKSPACE, |page| page.access <= access)
}

/// The layout of a page on the base host.
#[component]
pub fn SiteLayout(
    /// The path of this page.
    #[prop(default = "")]
    current: &'static str,
    /// Whether sign-up is open to everyone.
    open: bool,
    children: Children,
) -> impl IntoView {
    let links = links(paths::SITE, |page| open || page.path != SIGN_UP);
    view! {
        <Skip />
        <header class="masthead">
            <div class="masthead-inner">
                <a class="brand" href=HOME><Wordmark /></a>
                <Navigation label="Site" links current />
            </div>
        </header>
        <main id="main" tabindex="-1">{children()}</main>
        <Colophon />
    }
}

/// The layout of a workspace page. With a user it also has the navigation and the sign-out button.
#[component]
pub fn WorkspaceLayout(
    visitor: Visitor,
    #[prop(optional_no_strip)] user: Option<User>,
    /// The path of this page.
    #[prop(default = "")]
    current: &'static str,
    children: Children,
) -> impl IntoView {
    let inside = user.map(|user| {
        view! { <Navigation label="Workspace" links=links_of(&user) current /><SignOut user /> }
    });
    view! {
        <Skip />
        <header class="masthead">
            <div class="masthead-inner">
                <a class="brand" href=DASHBOARD>
                    <Mark lot=Lot::of(visitor.id()) />
                    <span>
                        <span class="brand-name">{visitor.display_name().to_string()}</span>
                        " "
                        <span class="brand-address">{visitor.authority()}</span>
                    </span>
                </a>
                {inside}
            </div>
        </header>
        <main id="main" tabindex="-1">{children()}</main>
        <Colophon><a href=format!("{}{FIND}", visitor.base_url())>"Another workspace"</a></Colophon>
    }
}

#[component]
fn Skip() -> impl IntoView {
    view! { <a class="skip" href="#main">"Skip to content"</a> }
}

#[component]
fn Navigation(label: &'static str, links: Vec<Link>, current: &'static str) -> impl IntoView {
    let item =
        |(path, text)| view! { <li><a href=path aria-current=(path == current).then_some("page")>{text}</a></li> };
    view! { <nav aria-label=label><ul class="nav">{links.into_iter().map(item).collect_view()}</ul></nav> }
}

/// The sign-out form. It works without JavaScript.
#[component]
fn SignOut(user: User) -> impl IntoView {
    view! {
        <form class="sign-out" method="post" action="/_fn/sign-out">
            <FormKey user=user.clone() />
            <span class="who">{user.username.to_string()}</span>
            <button class="button quiet" type="submit">"Sign out"</button>
        </form>
    }
}

#[component]
fn Colophon(#[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <footer class="colophon">
            <div class="colophon-inner">
                <p>"Freehold: one database per workspace."</p>
                {children.map(|children| view! { <p>{children()}</p> })}
            </div>
        </footer>
    }
}

/// The notice after a successful action, shown once.
#[component]
pub fn NoticeBar(#[prop(optional_no_strip)] notice: Option<Notice>) -> impl IntoView {
    notice.as_ref().map(Notice::sentences).map(|(done, meaning)| {
        view! { <p class="notice" role="status"><strong>{done}</strong>" "{meaning}</p> }
    })
}
