//! The forms that are both in a dialog on a member's page and on a confirmation page (`confirm.rs`). Each says what will happen
//! and has the button that does it.

use domain::UserId;
use leptos::prelude::*;

use crate::components::FormKey;

/// The form that removes a member.
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

/// The form that gives a member a one-time password.
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
