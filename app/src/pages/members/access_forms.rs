//! The forms that stand in a dialog on a member's page and on a page of their own (`confirm.rs`): what they lead to, and
//! the button.

use domain::UserId;
use leptos::prelude::*;

use crate::components::FormKey;

/// Removes somebody.
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

/// Gives somebody a one-time password.
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
