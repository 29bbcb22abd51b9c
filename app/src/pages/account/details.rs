//! The part of `/account` that shows the user's profile, and lets them change their name and email address.

use domain::{ChangeUserForm, User};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    Form, UiError,
    components::{Field, FormKey, capital, day},
    forms::{
        answer::answer,
        flash::{self, Flash},
        notice::Notice,
    },
    paths::ACCOUNT,
    request::context,
};

pub(crate) const FORM: &str = ChangeDetails::PATH;

/// Changes the user's own name and email address.
#[server(prefix = "/_fn", endpoint = "change-details")]
pub async fn change_details(
    /// The display name.
    #[server(default)]
    #[server(rename = "displayName")]
    display_name: String,
    /// The email address.
    #[server(default)]
    email: String,
) -> Result<String, UiError> {
    let form = ChangeUserForm { display_name: Some(display_name), email: Some(email), ..ChangeUserForm::default() };
    answer(ACCOUNT, change(form).await.map(|()| ACCOUNT.to_owned()))
}

async fn change(form: ChangeUserForm) -> Result<(), UiError> {
    let member = context::require_member()?;
    member.change(member.me().id, form).await?;
    flash::notice(ACCOUNT, Notice::DetailsChanged);
    Ok(())
}

/// The profile section: the user's details and a form to change them.
#[component]
pub(crate) fn Details(user: User, flash: Flash) -> impl IntoView {
    let returned = flash.of(FORM);
    let name = returned.kept_or("displayName", user.display_name.as_ref().map_or("", AsRef::as_ref));
    let email = returned.kept_or("email", user.email.as_ref().map_or("", AsRef::as_ref));
    view! {
        <section class="sheet stack" aria-labelledby="who">
            <h2 id="who">"Profile"</h2>
            <dl class="register">
                <div><dt>"Username"</dt><dd>{user.username.to_string()}</dd></div>
                <div><dt>"Role"</dt><dd><span class="role">{capital(user.role)}</span></dd></div>
                <div><dt>"Member since"</dt><dd>{day(user.created_at)}</dd></div>
            </dl>
            <Form
                action=FORM.to_owned()
                label="Save profile".to_owned()
                refused="Your profile was not saved.".to_owned()
                problem=returned.problem
            >
                <FormKey />
                <Field name="displayName" label="Name" autocomplete="name" most=80 optional=true kept=name />
                <Field name="email" label="Email" kind="email" autocomplete="email" optional=true kept=email />
            </Form>
        </section>
    }
}
