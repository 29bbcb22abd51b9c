//! `/account` on a tenant's host: who one is, and a new password. With a one-time password it is the only page that opens,
//! until one's own is chosen.

use backend::Session;
use domain::{ChangePasswordForm, Secret, User};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    Form, UiError,
    answer::answer,
    asked,
    components::{Field, NoticeBar, WorkspaceLayout, day},
    cookies::session_cookie,
    flash::{self, Flash, Notice},
};

const PAGE: &str = "/account";

/// Replaces one's own password; all one's sessions end, and this browser gets a new one.
#[server(prefix = "/_fn", endpoint = "change-password")]
pub async fn change_password(
    /// The password until now.
    #[server(default)]
    #[server(rename = "currentPassword")]
    current_password: Secret,
    /// The one from now on.
    #[server(default)]
    #[server(rename = "newPassword")]
    new_password: Secret,
) -> Result<String, UiError> {
    let outcome = replace(ChangePasswordForm { current_password, new_password }).await;
    answer(PAGE, &[], outcome.map(|()| PAGE.to_owned()))
}

async fn replace(form: ChangePasswordForm) -> Result<(), UiError> {
    let signed_in = asked::require_session()?.change_password(form, &asked::client()?).await?;
    if let Some(cookies) = asked::cookies() {
        cookies.add(session_cookie(&signed_in));
    }
    flash::notice(PAGE, Notice::PasswordChanged);
    Ok(())
}

/// The page.
#[component]
pub fn Account() -> impl IntoView {
    asked::session().map(|session| view! { <Own session flash=flash::take() /> })
}

#[component]
fn Own(session: Session, flash: Flash) -> impl IntoView {
    let (visitor, user) = (session.visitor().clone(), session.user().clone());
    let one_time = user.password_change_required;
    view! {
        <Title text=format!("Account · {}", visitor.display_name()) />
        <WorkspaceLayout visitor=visitor.clone() user=Some(user.clone()) current=PAGE>
            <div class="stack wide">
                <div class="stack prose">
                    <p class="folio">{visitor.authority()}</p>
                    <h1>"Account"</h1>
                    <NoticeBar notice=flash.notice />
                    {one_time.then(|| view! { <ChooseFirst /> })}
                </div>
                <div class="split">
                    <Person user=user.clone() />
                    <section class="sheet stack" aria-labelledby="change">
                        <h2 id="change">{if one_time { "Choose a password" } else { "Change your password" }}</h2>
                        <Passwords username=user.username.to_string() one_time flash />
                    </section>
                </div>
            </div>
        </WorkspaceLayout>
    }
}

#[component]
fn ChooseFirst() -> impl IntoView {
    view! {
        <p class="notice warning" role="status">
            <strong>"Choose a password first."</strong>
            " You signed in with a one-time password; the rest of the workspace opens once you have replaced it."
        </p>
    }
}

#[component]
fn Person(user: User) -> impl IntoView {
    let email = user
        .email
        .map_or_else(|| view! { <span class="muted">"none"</span> }.into_any(), |email| email.to_string().into_any());
    view! {
        <section class="sheet stack" aria-labelledby="who">
            <h2 id="who">"Who you are"</h2>
            <dl class="register">
                <div><dt>"Username"</dt><dd>{user.username.to_string()}</dd></div>
                <div><dt>"Email"</dt><dd>{email}</dd></div>
                <div><dt>"Role"</dt><dd><span class="role">{user.role.to_string()}</span></dd></div>
                <div><dt>"Member since"</dt><dd>{day(user.created_at)}</dd></div>
            </dl>
        </section>
    }
}

#[component]
fn Passwords(username: String, one_time: bool, flash: Flash) -> impl IntoView {
    let (current, new) = (flash.kept("currentPassword"), flash.kept("newPassword"));
    view! {
        <Form
            action="/_fn/change-password".to_owned()
            label=if one_time { "Set the password" } else { "Change the password" }.to_owned()
            refused="The password was not changed.".to_owned()
            problem=flash.problem
        >
            // Not sent: it tells a password manager whose password this is.
            <input type="text" autocomplete="username" value=username readonly hidden />
            <Field
                name="currentPassword"
                label=if one_time { "One-time password" } else { "Current password" }
                kind="password"
                autocomplete="current-password"
                kept=current
            />
            <Field
                name="newPassword"
                label="New password"
                kind="password"
                hint="10 to 256 characters"
                autocomplete="new-password"
                kept=new
            />
            {(!one_time).then(|| view! { <p class="hint">"This signs you out everywhere else."</p> })}
        </Form>
    }
}
