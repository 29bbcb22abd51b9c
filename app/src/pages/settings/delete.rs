//! `/settings/delete` on a tenant's host, for owners: deletes the workspace. The page says what will happen, and the form
//! requires the workspace's name. The same form is in a dialog on `/settings`.

use backend::{Error, Member, Visitor};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    Confirm, Form, UiError,
    components::{Field, FormKey, asking},
    forms::{
        answer::answer,
        flash::{self, Returned},
    },
    pages::frame::{WorkspacePage, framed},
    paths::{DATABASE, DELETE_WORKSPACE, DELETED, SETTINGS},
    request::{
        context,
        cookies::{SESSION_COOKIE, removal_of},
    },
};

const FORM: &str = DeleteWorkspace::PATH;
const QUESTION: &str = "Delete this workspace?";

/// Deletes the workspace. Returns the page of the base host that confirms it.
#[server(prefix = "/_fn", endpoint = "delete-workspace")]
pub async fn delete_workspace(
    /// The workspace's name, as the owner typed it.
    #[server(default)]
    name: String,
) -> Result<String, UiError> {
    answer(DELETE_WORKSPACE, delete(&name).await)
}

async fn delete(typed: &str) -> Result<String, UiError> {
    let owner = context::require_member()?.owner()?;
    owner.delete_workspace(typed).await?;
    if let Some(cookies) = context::cookies() {
        cookies.remove(removal_of(SESSION_COOKIE));
    }
    Ok(format!("{}{}", owner.member().session().visitor().base_url(), DELETED))
}

/// The confirmation page.
#[component]
pub fn DeleteWorkspace() -> impl IntoView {
    framed(SETTINGS, question)
}

async fn question(member: Member) -> Result<WorkspacePage, Error> {
    member.owner()?;
    let visitor = member.session().visitor().clone();
    let form = view! { <DeleteForm visitor returned=flash::take().of(FORM) /> };
    Ok(WorkspacePage::new(QUESTION, asking(QUESTION.to_owned(), SETTINGS.to_owned(), form)))
}

/// The last section of the settings.
#[component]
pub(crate) fn Danger(visitor: Visitor) -> impl IntoView {
    view! {
        <section class="sheet stack danger" aria-labelledby="delete">
            <h2 id="delete">"Delete this workspace"</h2>
            <p>"Everyone is signed out at once, and "{visitor.authority()}" stops working. You are asked for the workspace’s
                name first."</p>
            <div class="actions">
                <Confirm
                    label="Delete this workspace".to_owned()
                    look="button danger".to_owned()
                    href=DELETE_WORKSPACE.to_owned()
                    name="delete".to_owned()
                    question=QUESTION.to_owned()
                >
                    <DeleteForm visitor=visitor.clone() returned=Returned::default() />
                </Confirm>
            </div>
        </section>
    }
}

#[component]
fn DeleteForm(visitor: Visitor, returned: Returned) -> impl IntoView {
    let kept = returned.kept("name");
    view! {
        <ul class="consequences">
            <li>"Everyone is signed out at once, including programs."</li>
            <li>"Your provider keeps a final backup. Only they can restore the workspace."</li>
            <li>"The address "<b>{visitor.authority()}</b>" is reserved for 90 days."</li>
        </ul>
        <p>"To keep the data yourself, "<a href=DATABASE>"download the database"</a>" first."</p>
        <Form
            action=FORM.to_owned()
            label="Delete this workspace".to_owned()
            look="button danger".to_owned()
            refused="Nothing was deleted.".to_owned()
            problem=returned.problem
        >
            <FormKey />
            <Field
                name="name"
                label="Workspace name"
                hint=format!("Type {} to confirm.", visitor.name())
                autocomplete="off"
                kept
            />
        </Form>
    }
}
