//! `/account` on a tenant's host: the user's profile, their sessions, and a form to change the password. For a user with a
//! one-time password it is the only page that opens, and it only lets them choose a password.

mod details;
mod sessions;

use backend::Session;
use domain::{ChangePasswordForm, List, Page, SignedInAt, User};
use jiff::Timestamp;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    Form, UiError,
    components::{Field, FormKey, NoticeBar, PageTitle, WorkspaceLayout},
    forms::{
        answer::answer,
        flash::{self, Flash},
        notice::Notice,
        summary::Summary,
    },
    paths::{ACCOUNT, DASHBOARD},
    request::{context, cookies::session_cookie},
};
use details::Details;
use sessions::Sessions;

const FORM: &str = ChangePassword::PATH;
/// The page's forms that say beside themselves why they were refused.
const FORMS: [&str; 2] = [FORM, details::FORM];

/// Changes the user's own password. All sessions of the user end, and this browser gets a new one.
#[server(prefix = "/_fn", endpoint = "change-password")]
pub async fn change_password(
    /// Both passwords.
    #[server(flatten)]
    form: ChangePasswordForm,
) -> Result<String, UiError> {
    let outcome = replace(form).await;
    answer(ACCOUNT, outcome.map(str::to_owned))
}

/// Changes the password and returns the next page. After the first password of their own, that is the dashboard, which is now
/// open to the user.
async fn replace(form: ChangePasswordForm) -> Result<&'static str, UiError> {
    let session = context::require_session()?;
    let signed_in = session.change_password(form, &context::client()?).await?;
    if let Some(cookies) = context::cookies() {
        cookies.add(session_cookie(&signed_in));
    }
    let (next, notice) =
        if session.member().is_ok() { (ACCOUNT, Notice::PasswordChanged) } else { (DASHBOARD, Notice::PasswordChosen) };
    flash::notice(next, notice);
    Ok(next)
}

/// The user's own sessions, or why they cannot be shown.
type OwnSessions = Result<Page<SignedInAt>, UiError>;

/// The account page.
#[component]
pub fn Account() -> impl IntoView {
    context::session().map(|session| {
        let list = List { cursor: context::query("sessions"), ..List::default() };
        Suspend::new(async move {
            let sessions = match session.member() {
                Ok(member) => Some(member.sessions(&list).await.map_err(UiError::from)),
                Err(_) => None,
            };
            view! { <Own session sessions is_first=list.cursor.is_none() flash=flash::take() /> }
        })
    })
}

#[component]
fn Own(
    session: Session,
    /// `None` until a one-time password is replaced.
    #[prop(optional_no_strip)]
    sessions: Option<OwnSessions>,
    is_first: bool,
    flash: Flash,
) -> impl IntoView {
    let (visitor, user) = (session.visitor().clone(), session.user().clone());
    let problem = flash.refused_but(&FORMS);
    let now = visitor.now();
    let title = if sessions.is_some() { "Account" } else { "Choose a password" };
    view! {
        <PageTitle text=format!("{title} · {}", visitor.display_name()) />
        <WorkspaceLayout visitor user=Some(user.clone()) current=ACCOUNT>
            <div class="stack wide">
                <div class="stack prose">
                    <h1>{title}</h1>
                    <NoticeBar notice=flash.notice.clone() />
                    {problem.map(|problem| view! { <Summary refused="Nothing was changed.".to_owned() problem /> })}
                </div>
                {match sessions {
                    Some(sessions) => view! { <Everything user sessions is_first now flash /> }.into_any(),
                    None => view! { <ChooseFirst username=user.username.to_string() flash /> }.into_any(),
                }}
            </div>
        </WorkspaceLayout>
    }
}

#[component]
fn Everything(user: User, sessions: OwnSessions, is_first: bool, now: Timestamp, flash: Flash) -> impl IntoView {
    view! {
        <div class="split">
            <Details user=user.clone() flash=flash.clone() />
            <section class="sheet stack" aria-labelledby="change">
                <h2 id="change">"Change password"</h2>
                <Passwords username=user.username.to_string() one_time=false flash />
            </section>
        </div>
        {match sessions {
            Ok(sessions) => view! { <Sessions sessions is_first now /> }.into_any(),
            Err(UiError(problem)) => {
                view! { <Summary refused="Your sessions cannot be shown.".to_owned() problem /> }.into_any()
            }
        }}
    }
}

#[component]
fn ChooseFirst(username: String, flash: Flash) -> impl IntoView {
    view! {
        <p class="notice warning prose" role="status">
            "You signed in with a one-time password. The rest of the workspace opens once you have chosen your own."
        </p>
        <section class="sheet stack narrow" aria-label="Choose a password">
            <Passwords username one_time=true flash />
        </section>
    }
}

#[component]
fn Passwords(username: String, one_time: bool, flash: Flash) -> impl IntoView {
    let returned = flash.of(FORM);
    let (current, new) = (returned.kept("currentPassword"), returned.kept("newPassword"));
    view! {
        <Form
            action=FORM.to_owned()
            label=if one_time { "Set the password" } else { "Change the password" }.to_owned()
            refused="The password was not changed.".to_owned()
            problem=returned.problem
        >
            <FormKey />
            // Not sent: it tells a password manager which user the password belongs to.
            <input type="text" autocomplete="username" value=username readonly hidden />
            {(!one_time)
                .then(|| {
                    view! {
                        <Field
                            name="currentPassword"
                            label="Current password"
                            kind="password"
                            autocomplete="current-password"
                            kept=current
                        />
                    }
                })}
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
