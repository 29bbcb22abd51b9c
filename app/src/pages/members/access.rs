//! The access of a member: deactivating and reactivating, signing out, a new one-time password, removal. Each action is a plain
//! form with one button. An action that cannot be undone asks for confirmation: in a dialog, or without JavaScript on a page
//! (`confirm.rs`).

use domain::{ChangeUserForm, User};
use leptos::prelude::*;

use super::{
    access_forms::{RemoveForm, ResetForm},
    address::{id, page_of},
};
use crate::{
    Confirm, UiError,
    components::FormKey,
    forms::{answer::answer, flash, notice::Notice},
    paths::{MEMBERS, REMOVE_MEMBER, RESET_PASSWORD, about},
    request::context,
};

/// Deactivates a member, or reactivates them.
#[server(prefix = "/_fn", endpoint = "set-access")]
pub async fn set_access(
    /// The member's id.
    #[server(default)]
    user: String,
    /// Whether to deactivate the member, who then cannot sign in.
    #[server(default)]
    disabled: bool,
) -> Result<String, UiError> {
    let notice = if disabled { Notice::MemberDisabled } else { Notice::MemberEnabled };
    let form = ChangeUserForm { disabled: Some(disabled), ..ChangeUserForm::default() };
    let page = page_of(&user);
    let done = async { Ok(context::require_member()?.change(id(&user)?, form).await?) };
    answer(&page, done.await.map(|user: User| said(&page, notice(user.name().to_owned()))))
}

/// Signs a member out everywhere.
#[server(prefix = "/_fn", endpoint = "sign-out-member")]
pub async fn sign_out_member(
    /// The member's id.
    #[server(default)]
    user: String,
) -> Result<String, UiError> {
    let page = page_of(&user);
    let done = async { Ok(context::require_member()?.admin()?.people().sign_out(id(&user)?).await?) };
    answer(&page, done.await.map(|user: User| said(&page, Notice::MemberSignedOut(user.name().to_owned()))))
}

/// Gives a member a one-time password. The member's page shows it once.
#[server(prefix = "/_fn", endpoint = "reset-member-password")]
pub async fn reset_member_password(
    /// The member's id.
    #[server(default)]
    user: String,
) -> Result<String, UiError> {
    let page = page_of(&user);
    let done = async {
        let admin = context::require_member()?.admin()?;
        let admission = admin.people().reset_password(id(&user)?).await?;
        let name = admission.user.name().to_owned();
        admin.member().session().show_once(admission);
        Ok(name)
    };
    answer(&page, done.await.map(|name| said(&page, Notice::PasswordReset(name))))
}

/// Removes a member.
#[server(prefix = "/_fn", endpoint = "remove-member")]
pub async fn remove_member(
    /// The member's id.
    #[server(default)]
    user: String,
) -> Result<String, UiError> {
    let done = async { Ok(context::require_member()?.admin()?.people().remove(id(&user)?).await?) };
    answer(&page_of(&user), done.await.map(|user: User| said(MEMBERS, Notice::MemberRemoved(user.name().to_owned()))))
}

/// Leaves the notice for the next page, and returns that page.
fn said(page: &str, notice: Notice) -> String {
    flash::notice(page, notice);
    page.to_owned()
}

/// The buttons of the section "Access".
#[component]
pub(crate) fn Access(user: User) -> impl IntoView {
    let name = user.name().to_owned();
    view! {
        <section class="stack" aria-labelledby="access">
            <h2 id="access">"Access"</h2>
            <div class="actions">
                <Toggle user=user.clone() />
                <form method="post" action="/_fn/sign-out-member">
                    <FormKey />
                    <input type="hidden" name="user" value=user.id.to_string() />
                    <button class="button" type="submit">"Sign out everywhere"</button>
                </form>
                <Confirm
                    label="Reset password".to_owned()
                    look="button".to_owned()
                    href=about(RESET_PASSWORD, user.id)
                    name="reset".to_owned()
                    question=format!("Reset {name}’s password?")
                >
                    <ResetForm user=user.id />
                </Confirm>
                <Confirm
                    label="Remove".to_owned()
                    look="button danger".to_owned()
                    href=about(REMOVE_MEMBER, user.id)
                    name="remove".to_owned()
                    question=format!("Remove {name} from this workspace?")
                >
                    <RemoveForm user=user.id />
                </Confirm>
            </div>
        </section>
    }
}

/// The button to deactivate or reactivate. Either undoes the other, so neither asks for confirmation.
#[component]
fn Toggle(user: User) -> impl IntoView {
    let (disabled, label) = if user.disabled { ("false", "Reactivate") } else { ("true", "Deactivate") };
    view! {
        <form method="post" action="/_fn/set-access">
            <FormKey />
            <input type="hidden" name="user" value=user.id.to_string() />
            <input type="hidden" name="disabled" value=disabled />
            <button class="button" type="submit">{label}</button>
        </form>
    }
}
