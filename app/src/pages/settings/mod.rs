//! `/settings` on a tenant's host, for owners: the workspace's display name, its data as a file, signing everyone out, and
//! deleting the workspace.

pub mod delete;

use backend::{Error, Member, Visitor};
use domain::{DisplayName, Fields};
use leptos::{prelude::*, server_fn::ServerFn};

use super::frame::{WorkspacePage, framed};
use crate::{
    Confirm, Form, UiError,
    components::{Field, FormKey, NoticeBar, asking},
    forms::{
        answer::answer,
        flash::{self, Flash},
        notice::Notice,
        summary::Summary,
    },
    paths::{DATABASE, SETTINGS, SIGN_EVERYONE_OUT},
    request::context,
};
use delete::Danger;

const FORM: &str = RenameWorkspace::PATH;
const QUESTION: &str = "Sign everyone out?";

/// Changes the workspace's display name.
#[server(prefix = "/_fn", endpoint = "rename-workspace")]
pub async fn rename_workspace(
    /// The new name.
    #[server(default)]
    #[server(rename = "displayName")]
    display_name: String,
) -> Result<String, UiError> {
    let renamed = rename(&display_name).await;
    answer(SETTINGS, renamed.map(|()| SETTINGS.to_owned()))
}

async fn rename(name: &str) -> Result<(), UiError> {
    let owner = context::require_member()?.owner()?;
    let name: DisplayName = name.parse().map_err(|why| Error::from(Fields::one("displayName", why)))?;
    owner.workspace().rename(name).await?;
    flash::notice(SETTINGS, Notice::WorkspaceRenamed);
    Ok(())
}

/// Ends every session in the workspace except this one.
#[server(prefix = "/_fn", endpoint = "sign-everyone-out")]
pub async fn sign_everyone_out() -> Result<String, UiError> {
    let done = async { Ok(context::require_member()?.owner()?.workspace().sign_everyone_out().await?) };
    let done = done.await.inspect(|_| flash::notice(SETTINGS, Notice::EveryoneSignedOut));
    answer(SETTINGS, done.map(|_| SETTINGS.to_owned()))
}

/// The settings page.
#[component]
pub fn Settings() -> impl IntoView {
    framed(SETTINGS, settings)
}

/// The confirmation page for signing everyone out.
#[component]
pub fn SignEveryoneOut() -> impl IntoView {
    framed(SETTINGS, sign_everyone_out_question)
}

async fn sign_everyone_out_question(member: Member) -> Result<WorkspacePage, Error> {
    member.owner()?;
    let form = view! { <SignOutForm /> };
    Ok(WorkspacePage::new(QUESTION, asking(QUESTION.to_owned(), SETTINGS.to_owned(), form)))
}

async fn settings(member: Member) -> Result<WorkspacePage, Error> {
    member.owner()?;
    let visitor = member.session().visitor();
    Ok(WorkspacePage::new("Settings", view! { <Sections visitor=visitor.clone() flash=flash::take() /> }))
}

#[component]
fn Sections(visitor: Visitor, flash: Flash) -> impl IntoView {
    let (name, authority) = (visitor.display_name().to_string(), visitor.authority());
    let problem = flash.refused_but(&[FORM]);
    let returned = flash.of(FORM);
    let kept = returned.kept_or("displayName", &name);
    view! {
        <div class="stack wide">
            <div class="stack">
                <h1>"Settings"</h1>
                <NoticeBar notice=flash.notice />
                {problem.map(|problem| view! { <Summary refused="Nothing was changed.".to_owned() problem /> })}
            </div>
            <div class="sections">
            <section class="sheet stack" aria-labelledby="called">
                <h2 id="called">"Name"</h2>
                <Form
                    action=FORM.to_owned()
                    label="Save the name".to_owned()
                    refused="The name was not saved.".to_owned()
                    problem=returned.problem
                >
                    <FormKey />
                    <Field
                        name="displayName"
                        label="Name of the workspace"
                        hint=format!("Shown at the top of every page. The address stays {authority}.")
                        autocomplete="off"
                        most=80
                        kept
                    />
                </Form>
            </section>
            <Data />
            <section class="sheet stack" aria-labelledby="everyone">
                <h2 id="everyone">"Sessions"</h2>
                <p>"If a device was lost or a password leaked, end all sessions at once. Everyone signs in again with the
                    password they have. Programs sign in again for a new token."</p>
                <div class="actions">
                    <Confirm
                        label="Sign everyone out".to_owned()
                        look="button danger".to_owned()
                        href=SIGN_EVERYONE_OUT.to_owned()
                        name="sign-out".to_owned()
                        question=QUESTION.to_owned()
                    >
                        <SignOutForm />
                    </Confirm>
                </div>
            </section>
            <Danger visitor />
            </div>
        </div>
    }
}

/// The section with the download link. The browser stays on this page while it saves the file, so no script is needed.
#[component]
fn Data() -> impl IntoView {
    view! {
        <section class="sheet stack" aria-labelledby="data">
            <h2 id="data">"Your data"</h2>
            <p>"Everything in this workspace as one SQLite file. It contains no passwords, sessions or keys."</p>
            <div class="actions"><a class="button" href=DATABASE>"Download the database"</a></div>
        </section>
    }
}

#[component]
fn SignOutForm() -> impl IntoView {
    view! {
        <p>"All browsers and programs must sign in again, including your other devices. This browser stays signed in."</p>
        <form method="post" action="/_fn/sign-everyone-out">
            <FormKey />
            <button class="button danger" type="submit">"Sign everyone out"</button>
        </form>
    }
}
