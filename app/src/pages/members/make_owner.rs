//! `/members/{id}/make-owner` on a tenant's host: asks whether to make a member an owner, who can do everything. The forms that
//! add and change a member lead here if that role was chosen. It is this page with and without JavaScript.

use backend::{Error, Member};
use domain::{ChangeUserForm, Role};
use leptos::prelude::*;

use super::address::{id, named_in_address, page_of};
use crate::{
    UiError,
    components::{FormKey, NoticeBar, asking},
    forms::{answer::answer, flash, notice::Notice},
    pages::frame::{WorkspacePage, framed},
    paths::MEMBERS,
    request::context,
};

/// Makes a member an owner.
#[server(prefix = "/_fn", endpoint = "make-owner")]
pub async fn make_owner(
    /// The member's id.
    #[server(default)]
    user: String,
) -> Result<String, UiError> {
    let page = page_of(&user);
    answer(&page, make(&user).await.map(|()| page.clone()))
}

async fn make(user: &str) -> Result<(), UiError> {
    let owner = context::require_member()?.owner()?;
    let form = ChangeUserForm { role: Some(Role::Owner.to_string()), ..ChangeUserForm::default() };
    let changed = owner.member().change(id(user)?, form).await?;
    flash::notice(&page_of(user), Notice::MemberIsOwner(changed.name().to_owned()));
    Ok(())
}

/// The confirmation page.
#[component]
pub fn MakeOwner() -> impl IntoView {
    framed(MEMBERS, question)
}

async fn question(member: Member) -> Result<WorkspacePage, Error> {
    member.owner()?;
    let user = named_in_address(&member.admin()?).await?;
    let question = format!("Make {} an owner?", user.name());
    let form = view! {
        <p>
            "Owners can do everything: manage all members, owners too, download all data and delete the workspace. Everything
            else is saved already."
        </p>
        <form method="post" action="/_fn/make-owner">
            <FormKey />
            <input type="hidden" name="user" value=user.id.to_string() />
            <button class="button primary" type="submit">"Make owner"</button>
        </form>
    };
    let asked = asking(question.clone(), page_of(&user.id.to_string()), form);
    Ok(WorkspacePage::new(question, view! { <NoticeBar notice=flash::take().notice />{asked} }))
}
