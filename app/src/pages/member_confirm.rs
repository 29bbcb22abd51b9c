//! `/members/{id}/remove` and `/members/{id}/reset-password` on a tenant's host: the questions that `Confirm` asks in a
//! dialog, as pages; and the forms that both hold.

use backend::{Error, Member};
use domain::UserId;
use leptos::prelude::*;

use super::{
    frame::{Framed, framed},
    member::{named_in_address, page_of},
    members,
};
use crate::components::{FormKey, asking};

/// Whether to remove somebody.
#[component]
pub fn RemoveMember() -> impl IntoView {
    framed(members::PAGE, remove)
}

/// Whether to give somebody a one-time password.
#[component]
pub fn ResetPassword() -> impl IntoView {
    framed(members::PAGE, reset)
}

async fn remove(member: Member) -> Result<Framed, Error> {
    let user = named_in_address(&member.admin()?).await?;
    let question = format!("Remove {} from this workspace?", user.name());
    let form = view! { <RemoveForm user=user.id /> };
    Ok(Framed::new(question.clone(), asking(question, page_of(&user.id.to_string()), form)))
}

async fn reset(member: Member) -> Result<Framed, Error> {
    let user = named_in_address(&member.admin()?).await?;
    let question = format!("Reset {}’s password?", user.name());
    let form = view! { <ResetForm user=user.id /> };
    Ok(Framed::new(question.clone(), asking(question, page_of(&user.id.to_string()), form)))
}

#[component]
pub(crate) fn RemoveForm(user: UserId) -> impl IntoView {
    view! {
        <p>"They are signed out at once and cannot sign in again. Their past actions stay in the activity list. This cannot be undone."</p>
        <form method="post" action="/_fn/remove-member">
            <FormKey />
            <input type="hidden" name="user" value=user.to_string() />
            <button class="button danger" type="submit">"Remove"</button>
        </form>
    }
}

#[component]
pub(crate) fn ResetForm(user: UserId) -> impl IntoView {
    view! {
        <p>"Their password stops working and they are signed out. You get a one-time password for them, shown only once."</p>
        <form method="post" action="/_fn/reset-member-password">
            <FormKey />
            <input type="hidden" name="user" value=user.to_string() />
            <button class="button primary" type="submit">"Reset password"</button>
        </form>
    }
}
