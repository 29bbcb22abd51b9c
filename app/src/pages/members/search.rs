//! The search form of `/members`, and the keyboard shortcut for it. The form sends a GET to the same page.

use domain::{FindUsers, Role, UserStatus};
use leptos::prelude::*;

use crate::{document::PageContext, paths::MEMBERS};

/// The script that makes a shortcut focus the search field and shows the shortcut beside it.
#[component]
pub(crate) fn Shortcuts() -> impl IntoView {
    use_context::<PageContext>().map(|page| view! { <script src="/keys.js" nonce=page.nonce defer></script> })
}

#[component]
pub(crate) fn Search(find: FindUsers) -> impl IntoView {
    let roles = Role::ALL.map(|role| (role.as_str(), plural_of(role), find.role == Some(role)));
    let statuses = UserStatus::ALL.map(|status| (status.as_str(), words(status), find.status == Some(status)));
    let clear = is_narrowed(&find).then(|| view! { <a href=MEMBERS>"Clear"</a> });
    view! {
        <form class="filter" method="get" action=MEMBERS role="search">
            <div class="field grow">
                <label for="q">"Search"</label>
                <kbd class="shortcut" aria-hidden="true" hidden></kbd>
                <input
                    id="q"
                    name="q"
                    type="search"
                    value=find.q
                    maxlength=FindUsers::LONGEST
                    placeholder="Name, username or email"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    data-shortcut="k"
                />
            </div>
            <Choice name="role" label="Role" all="All roles" options=roles.to_vec() />
            <Choice name="status" label="Status" all="All statuses" options=statuses.to_vec() />
            <button class="button" type="submit">"Search"</button>
            {clear}
        </form>
    }
}

/// Whether the list is restricted by a search or a filter.
pub(crate) fn is_narrowed(find: &FindUsers) -> bool {
    !find.q.is_empty() || find.role.is_some() || find.status.is_some()
}

/// A choice: its value, its text, and whether it is selected.
type Choosable = (&'static str, &'static str, bool);

#[component]
fn Choice(name: &'static str, label: &'static str, all: &'static str, options: Vec<Choosable>) -> impl IntoView {
    let option = |(value, words, selected)| view! { <option value=value selected=selected>{words}</option> };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name>
                <option value="">{all}</option>
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}

fn plural_of(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owners",
        Role::Admin => "Admins",
        Role::Member => "Members",
    }
}

fn words(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "Active",
        UserStatus::OneTimePassword => "Invited",
        UserStatus::Expired => "Invitation expired",
        UserStatus::Disabled => "Deactivated",
        UserStatus::Idle => "Inactive 90+ days",
    }
}
