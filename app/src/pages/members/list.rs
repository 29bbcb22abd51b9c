//! `/members` on a tenant's host: the members of the workspace, one page at a time, with a search and filters by role and
//! status. The form sends a GET to this same page, so every list has a URL that can be bookmarked.

use backend::{Error, Member};
use domain::{FindUsers, FindUsersForm, Page, User};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    pager::{Pages, Place},
    search::{Search, Shortcuts, is_narrowed},
};
use crate::{
    components::{NoticeBar, StatusTag, ago, capital, plural},
    forms::flash,
    pages::frame::{WorkspacePage, framed},
    paths::{ADD_MEMBER, MEMBER, MEMBERS, about},
    request::context,
};

/// The page, for admins and owners.
#[component]
pub fn Members() -> impl IntoView {
    framed(MEMBERS, list)
}

async fn list(member: Member) -> Result<WorkspacePage, Error> {
    let (admin, find, place) = (member.admin()?, asked_for(), Place::of(context::query));
    let (page, count) = (admin.people().page(&find).await?, admin.people().count(&find).await?);
    let now = admin.member().session().visitor().now();
    Ok(WorkspacePage::new("Members", view! { <Register find place page count now /> }))
}

/// The search and filters in the URL. Invalid ones give the whole list.
fn asked_for() -> FindUsers {
    let form = FindUsersForm {
        limit: None,
        cursor: context::cursor(),
        q: context::query("q"),
        role: context::query("role"),
        status: context::query("status"),
    };
    form.try_into().unwrap_or_default()
}

#[component]
fn Register(find: FindUsers, place: Place, page: Page<User>, count: u64, now: Timestamp) -> impl IntoView {
    let narrowed = is_narrowed(&find);
    let range = place.range(&find, page.items.len(), count);
    let found =
        if narrowed { plural(count, "member found", "members found") } else { plural(count, "member", "members") };
    view! {
        <Shortcuts />
        <div class="stack wide">
            <div class="heading">
                <h1>"Members"</h1>
                <a class="button primary" href=ADD_MEMBER accesskey="n">"Add a member"</a>
            </div>
            <NoticeBar notice=flash::take().notice />
            <Search find=find.clone() />
            <div class="stack tight">
            <p class="muted" role="status">{range}{found}</p>
            {if page.items.is_empty() {
                view! { <Nobody q=find.q.clone() /> }.into_any()
            } else {
                view! { <Table users=page.items now /> }.into_any()
            }}
            </div>
            {(count == 1 && !narrowed).then(|| view! { <Alone /> })}
            <Pages place find next=page.next />
        </div>
    }
}

#[component]
fn Table(users: Vec<User>, now: Timestamp) -> impl IntoView {
    view! {
        <table class="people">
            <thead>
                <tr>
                    <th scope="col">"Username"</th>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Email"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col">"Last sign-in"</th>
                </tr>
            </thead>
            <tbody>{users.into_iter().map(|user| view! { <Row user now /> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(user: User, now: Timestamp) -> impl IntoView {
    let href = about(MEMBER, user.id);
    let (name, email) =
        (user.display_name.as_ref().map(ToString::to_string), user.email.as_ref().map(ToString::to_string));
    let last = user.last_sign_in_at.map_or_else(|| "never".into_any(), |time| ago(time, now).into_any());
    let role = capital(user.role);
    view! {
        <tr>
            <th scope="row"><a href=href>{user.username.to_string()}</a></th>
            <td class="named">{name}</td>
            <td class="email">{email}</td>
            <td>{role}</td>
            <td><StatusTag user now /></td>
            <td class="when">{last}</td>
        </tr>
    }
}

#[component]
fn Nobody(q: String) -> impl IntoView {
    let whom =
        if q.is_empty() { "No members match these filters".to_owned() } else { format!("No members match “{q}”") };
    view! {
        <div class="sheet stack empty">
            <h2>{whom}</h2>
            <p>"The search looks at usernames, names and email addresses. "<a href=MEMBERS>"Show everyone"</a>"."</p>
        </div>
    }
}

#[component]
fn Alone() -> impl IntoView {
    view! {
        <div class="sheet stack empty">
            <h2>"No other members yet"</h2>
            <p>"Add the people you work with. Each signs in with a one-time password from you and chooses their own."</p>
        </div>
    }
}
