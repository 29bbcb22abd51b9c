//! `/members/new` on a tenant's host: adds a member. The acting user gets a one-time password to pass on to them.

use backend::{Error, Member};
use domain::{AddUserForm, Role};
use leptos::{prelude::*, server_fn::ServerFn};

use super::address::question_about;
use crate::{
    Form, UiError,
    components::{Field, FormKey, RoleField},
    forms::{
        answer::answer,
        flash::{self, Returned},
        notice::Notice,
    },
    pages::frame::{WorkspacePage, framed},
    paths::{ADD_MEMBER, MEMBER, MEMBERS, about},
    request::context,
};

const FORM: &str = AddMember::PATH;

/// Adds a member. Returns the member's page, which shows their one-time password once.
#[server(prefix = "/_fn", endpoint = "add-member")]
pub async fn add_member(
    /// The member, as they were typed.
    #[server(flatten)]
    form: AddUserForm,
) -> Result<String, UiError> {
    // The page offers no password: the member gets a one-time password.
    let form = AddUserForm { password: None, ..form };
    answer(ADD_MEMBER, add(form).await)
}

async fn add(form: AddUserForm) -> Result<String, UiError> {
    let admin = context::require_member()?.admin()?;
    // The acting owner must first confirm that the new user becomes an owner. Until then the user is a member.
    let makes_owner = form.role.as_deref() == Some(Role::Owner.as_str()) && admin.member().owner().is_ok();
    let role = if makes_owner { Some(Role::Member.to_string()) } else { form.role };
    let admission = admin.people().add(AddUserForm { role, ..form }).await?;
    let question = makes_owner.then(|| question_about(admission.user.id));
    let page = about(MEMBER, admission.user.id);
    flash::notice(&page, Notice::MemberAdded(admission.user.name().to_owned()));
    admin.member().session().show_once(admission);
    Ok(question.unwrap_or(page))
}

/// The page with the form.
#[component]
pub fn AddMember() -> impl IntoView {
    framed(MEMBERS, empty_form)
}

async fn empty_form(member: Member) -> Result<WorkspacePage, Error> {
    let roles: Vec<_> = member.admin()?.people().grantable().collect();
    let returned = flash::take().of(FORM);
    Ok(WorkspacePage::new("Add a member", view! { <NewMember roles returned /> }))
}

#[component]
fn NewMember(roles: Vec<domain::Role>, returned: Returned) -> impl IntoView {
    let role = returned.kept_or("role", "member");
    let first = returned.problem.is_none();
    let (username, name, email) = (returned.kept("username"), returned.kept("displayName"), returned.kept("email"));
    view! {
        <div class="split form-first">
        <div class="stack wide">
            <div class="stack tight">
                <p class="folio"><a href=MEMBERS>"Members"</a></p>
                <h1>"Add a member"</h1>
                <p class="muted">"You get a one-time password to share with them. They choose their own when they sign in."</p>
            </div>
            <div class="sheet">
                <Form
                    action=FORM.to_owned()
                    label="Add member".to_owned()
                    refused="Nobody was added.".to_owned()
                    problem=returned.problem
                >
                    <FormKey />
                    <Field
                        name="username"
                        label="Username"
                        hint="Used to sign in. It cannot be changed later."
                        autocomplete="off"
                        most=64
                        first=first
                        kept=username
                    />
                    <Field name="displayName" label="Name" autocomplete="off" most=80 optional=true kept=name />
                    <Field name="email" label="Email" kind="email" autocomplete="off" optional=true kept=email />
                    <RoleField roles kept=role />
                </Form>
            </div>
        </div>
        <Next />
        </div>
    }
}

/// What adding a member leads to. It is shown beside the form if there is room.
#[component]
fn Next() -> impl IntoView {
    view! {
        <section class="sheet stack beside" aria-labelledby="next">
            <h2 id="next">"What happens next"</h2>
            <ol class="steps">
                <li>"You see a one-time password, once. Share it securely."</li>
                <li>"They sign in with it at this workspace’s address and choose their own password."</li>
                <li>"Their role says what they can do. You can change it, or deactivate them, at any time."</li>
            </ol>
        </section>
    }
}
