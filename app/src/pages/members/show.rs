//! `/members/{id}` on a tenant's host: one member, a form to change their details and role, and the buttons for their access.
//! The page offers only what the backend's rules allow. The backend checks again when the action is done.

use backend::Error;
use domain::{ChangeUserForm, Role, Secret, User};
use jiff::Timestamp;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    access::Access,
    address::{id, named_in_address, page_of, question_about},
};
use crate::{
    Form, UiError,
    components::{
        CopyButton, CopyScript, Field, FormKey, Managers, NoticeBar, RoleField, StatusTag, ago, capital, day, in_full,
    },
    forms::{
        answer::answer,
        flash::{self, Flash},
        notice::Notice,
        summary::Summary,
    },
    pages::frame::{WorkspacePage, framed},
    paths::{ACCOUNT, DASHBOARD, MEMBERS},
    request::context,
};

const FORM: &str = ChangeMember::PATH;

/// Changes a member's display name, email address and role.
#[server(prefix = "/_fn", endpoint = "change-member")]
pub async fn change_member(
    /// The member's id.
    #[server(default)]
    user: String,
    /// The display name.
    #[server(default)]
    #[server(rename = "displayName")]
    display_name: String,
    /// The email address.
    #[server(default)]
    email: String,
    /// The role.
    #[server(default)]
    role: String,
    /// The role when the form was shown: a role that was left so is not changed.
    #[server(default)]
    #[server(rename = "roleWas")]
    role_was: String,
) -> Result<String, UiError> {
    let form = ChangeUserForm {
        display_name: Some(display_name),
        email: Some(email),
        role: Some(role).filter(|role| !role.is_empty() && *role != role_was),
        disabled: None,
    };
    let page = page_of(&user);
    answer(&page, change(&user, form).await)
}

/// Changes the member and returns the next page. A user who has just given up the right to see this page goes to the dashboard.
async fn change(user: &str, form: ChangeUserForm) -> Result<String, UiError> {
    let member = context::require_member()?;
    // The acting owner must first confirm that the member becomes an owner. Everything else is saved by then.
    let makes_owner = form.role.as_deref() == Some(Role::Owner.as_str()) && member.owner().is_ok();
    let form = ChangeUserForm { role: form.role.filter(|_| !makes_owner), ..form };
    let changed = member.change(id(user)?, form).await?;
    if makes_owner {
        let question = question_about(changed.id);
        flash::notice(&question, Notice::MemberChanged);
        return Ok(question);
    }
    let stays = changed.id != member.me().id || changed.role > Role::Member;
    let page = if stays { page_of(user) } else { DASHBOARD.to_owned() };
    flash::notice(&page, Notice::MemberChanged);
    Ok(page)
}

/// The page of a member.
#[component]
pub fn Member() -> impl IntoView {
    framed(MEMBERS, person)
}

async fn person(member: backend::Member) -> Result<WorkspacePage, Error> {
    let admin = member.admin()?;
    let user = named_in_address(&admin).await?;
    let (session, flash) = (admin.member().session(), flash::take());
    // The page with the notice about a one-time password shows it even if an earlier load of the page was interrupted.
    let announced = matches!(flash.notice, Some(Notice::MemberAdded(_) | Notice::PasswordReset(_)));
    let password =
        || session.one_time_display(user.id).or_else(|| announced.then(|| session.shown_again(user.id)).flatten());
    let shown = Person {
        one_time_password: context::to_be_read().then(password).flatten(),
        is_self: session.user().id == user.id,
        may_manage: admin.people().may_manage(&user),
        roles: admin.people().grantable().collect(),
        owners: admin.member().managers().await?.into_iter().filter(|user| user.role == Role::Owner).collect(),
        url: session.visitor().url(),
        now: session.visitor().now(),
        user,
    };
    let title = shown.user.name().to_owned();
    Ok(WorkspacePage::new(title, view! { <Entry shown flash /> }))
}

/// A member, and what the signed-in user may do with them.
#[derive(Clone)]
struct Person {
    user: User,
    one_time_password: Option<Secret>,
    is_self: bool,
    may_manage: bool,
    roles: Vec<Role>,
    owners: Vec<User>,
    url: String,
    now: Timestamp,
}

#[component]
fn Entry(shown: Person, flash: Flash) -> impl IntoView {
    let Person { user, one_time_password, is_self, may_manage, roles, owners, url, now } = shown;
    // If the form is not shown, it cannot show why it was refused. The page shows it then.
    let problem = flash.refused_but(if may_manage || is_self { &[FORM] } else { &[] });
    let password = one_time_password.map(|password| view! { <OneTime user=user.clone() password url /> });
    let edit = (may_manage || is_self).then(|| {
        let roles = if may_manage { roles } else { Vec::new() };
        view! { <Edit user=user.clone() roles flash=flash.clone() /> }
    });
    view! {
        <div class="stack wide">
            <div class="stack">
                <p class="folio"><a href=MEMBERS>"Members"</a></p>
                <h1>{user.name().to_owned()}</h1>
                <NoticeBar notice=flash.notice />
                {problem.map(|problem| view! { <Summary refused="Nothing was changed.".to_owned() problem /> })}
            </div>
            {password}
            <div class="split">
                <div class="stack wide">
                    <Extract user=user.clone() now />
                    {(may_manage && !is_self).then(|| view! { <Access user=user.clone() /> })}
                    {is_self.then(|| view! { <p class="muted">"This is you: "<a href=ACCOUNT>"your account"</a>"."</p> })}
                    {(!may_manage && !is_self)
                        .then(|| {
                            view! { <p class="muted">"Only owners can change owners and admins. Ask one of them:"</p><Managers people=owners /> }
                        })}
                </div>
                {edit}
            </div>
        </div>
    }
}

/// The one-time password, shown only this once.
#[component]
fn OneTime(user: User, password: Secret, url: String) -> impl IntoView {
    let until = user.one_time_password_expires_at.map(|until| format!("Valid until: {}\n", in_full(until)));
    let invitation = format!(
        "Sign in at {url}\nUsername: {}\nOne-time password: {}\n{}You then choose your own password.",
        user.username,
        password.expose(),
        until.unwrap_or_default()
    );
    view! {
        <section class="sheet stack handover" aria-labelledby="one-time">
            <h2 id="one-time">"One-time password"</h2>
            <CopyScript />
            <div class="copyable stack tight">
                <output class="secret">{password.expose().to_owned()}</output>
                <p class="actions"><CopyButton /><CopyButton label="Copy invitation text" text=invitation /></p>
            </div>
            <p>
                "Share it securely: it is shown only once. They sign in with it at "
                <a class="address-line" href=url.clone()>{url.clone()}</a>" and choose their own password."
            </p>
            {user.one_time_password_expires_at.map(|until| view! { <p>"Valid until "{day(until)}"."</p> })}
        </section>
    }
}

#[component]
fn Extract(user: User, now: Timestamp) -> impl IntoView {
    let email = user.email.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    let last = user.last_sign_in_at.map_or_else(|| "never".into_any(), |time| ago(time, now).into_any());
    view! {
        <section class="sheet" aria-label="Details">
            <dl class="register">
                <div><dt>"Username"</dt><dd>{user.username.to_string()}</dd></div>
                <div><dt>"Email"</dt><dd>{email}</dd></div>
                <div><dt>"Role"</dt><dd><span class="role">{capital(user.role)}</span></dd></div>
                <div><dt>"Status"</dt><dd><StatusTag user=user.clone() now /></dd></div>
                <div><dt>"Added"</dt><dd>{day(user.created_at)}</dd></div>
                <div><dt>"Last sign-in"</dt><dd>{last}</dd></div>
            </dl>
        </section>
    }
}

#[component]
fn Edit(user: User, roles: Vec<Role>, flash: Flash) -> impl IntoView {
    let returned = flash.of(FORM);
    let name = returned.kept_or("displayName", user.display_name.as_ref().map_or("", AsRef::as_ref));
    let email = returned.kept_or("email", user.email.as_ref().map_or("", AsRef::as_ref));
    let role = returned.kept_or("role", user.role.as_str());
    let choice = (!roles.is_empty()).then(|| view! { <RoleField roles kept=role /> });
    view! {
        <section class="sheet stack" aria-labelledby="edit">
            <h2 id="edit">"Details and role"</h2>
            <Form
                action=FORM.to_owned()
                label="Save the changes".to_owned()
                refused="The changes were not saved.".to_owned()
                problem=returned.problem
            >
                <FormKey />
                <input type="hidden" name="user" value=user.id.to_string() />
                <input type="hidden" name="roleWas" value=user.role.as_str() />
                <Field name="displayName" label="Name" autocomplete="off" most=80 optional=true kept=name />
                <Field name="email" label="Email" kind="email" autocomplete="off" optional=true kept=email />
                {choice}
            </Form>
        </section>
    }
}
