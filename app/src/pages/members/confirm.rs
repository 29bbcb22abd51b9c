//! `/members/{id}/remove` and `/members/{id}/reset-password` on a tenant's host: the questions of the `Confirm` dialogs, as
//! pages.

use backend::{Error, Member};
use leptos::prelude::*;

use super::{
    access_forms::{RemoveForm, ResetForm},
    address::{named_in_address, page_of},
};
use crate::components::asking;
use crate::{
    pages::frame::{WorkspacePage, framed},
    paths::MEMBERS,
};

/// The page that asks whether to remove a member.
#[component]
pub fn RemoveMember() -> impl IntoView {
    framed(MEMBERS, remove)
}

/// The page that asks whether to give a member a one-time password.
#[component]
pub fn ResetPassword() -> impl IntoView {
    framed(MEMBERS, reset)
}

async fn remove(member: Member) -> Result<WorkspacePage, Error> {
    let user = named_in_address(&member.admin()?).await?;
    let question = format!("Remove {} from this workspace?", user.name());
    let form = view! { <RemoveForm user=user.id /> };
    Ok(WorkspacePage::new(question.clone(), asking(question, page_of(&user.id.to_string()), form)))
}

async fn reset(member: Member) -> Result<WorkspacePage, Error> {
    let user = named_in_address(&member.admin()?).await?;
    let question = format!("Reset {}’s password?", user.name());
    let form = view! { <ResetForm user=user.id /> };
    Ok(WorkspacePage::new(question.clone(), asking(question, page_of(&user.id.to_string()), form)))
}
