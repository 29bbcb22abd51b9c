//! `/activity` on a tenant's host: what was done in the workspace, and by whom. For admins and owners.

use backend::{Error, Member};
use domain::{Activity as Deed, List, ListForm, Page};
use jiff::Timestamp;
use leptos::prelude::*;

use super::frame::{WorkspacePage, framed};
use crate::{
    components::{ActivityList, Known, Pager, ago_and_when},
    paths::ACTIVITY,
    request::context,
};

/// The activity page.
#[component]
pub fn Activity() -> impl IntoView {
    framed(ACTIVITY, record)
}

async fn record(member: Member) -> Result<WorkspacePage, Error> {
    let admin = member.admin()?;
    let form = ListForm { limit: None, cursor: context::cursor() };
    let list = List::try_from(form).unwrap_or_default();
    let page = admin.people().activity(&list).await?;
    let known = Known::new(admin.people().called(&Known::names(&page.items)).await?);
    let now = admin.member().session().visitor().now();
    Ok(WorkspacePage::new("Activity", view! { <Record page known now is_first=list.cursor.is_none() /> }))
}

#[component]
fn Record(page: Page<Deed>, known: Known, now: Timestamp, is_first: bool) -> impl IntoView {
    let next = page.next.map(|cursor| format!("{ACTIVITY}?cursor={cursor}"));
    let first = (!is_first).then(|| ACTIVITY.to_owned());
    let is_empty = page.items.is_empty();
    view! {
        <div class="stack wide">
            <div class="stack tight">
                <h1>"Activity"</h1>
                <p class="muted">"Who changed what in this workspace. An entry keeps its names after a member is removed."</p>
            </div>
            {if is_empty {
                view! { <div class="sheet empty"><p>"No activity yet. Changes to members and settings appear here."</p></div> }.into_any()
            } else {
                view! { <div class="sheet"><ActivityList deeds=page.items known now when=ago_and_when /></div> }.into_any()
            }}
            <Pager first next />
        </div>
    }
}
