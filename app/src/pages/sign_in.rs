//! `/sign-in` on a tenant's host, and the server functions that begin and end a session. The server shows this page instead of
//! every page that needs a session, with status 401 and `next` in the URL.

use backend::Visitor;
use domain::{Code, Fields, Problem};
use http::{HeaderName, HeaderValue};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_axum::ResponseOptions;

use crate::{
    Form, UiError,
    components::{Field, FormKey, NoticeBar, PageTitle, WorkspaceLayout},
    forms::{
        answer::answer,
        flash::{self, Flash},
        notice::Notice,
    },
    paths::{DASHBOARD, FIND, SIGN_IN},
    request::{
        context,
        cookies::{SESSION_COOKIE, keeps_none, probe, removal_of, session_cookie},
        next::{own_path, sign_in_page, sign_in_page_without_cookies},
        response::see_other,
    },
};

const FORM: &str = SignIn::PATH;

/// Begins a session. Returns the page that was requested before.
#[server(prefix = "/_fn", endpoint = "sign-in")]
pub async fn sign_in(
    /// The page that was requested before.
    #[server(default)]
    next: String,
    /// Who it is, and their password or a one-time password.
    #[server(flatten)]
    form: domain::SignIn,
    /// Whether the page had the browser keep a cookie.
    #[server(default)]
    probed: String,
) -> Result<String, UiError> {
    if !probed.is_empty() && context::cookies().is_some_and(|cookies| keeps_none(&cookies)) {
        let problem = Problem::detail(Code::Unauthorized, format!("{NO_COOKIES} {ALLOW_COOKIES}"));
        return answer(&sign_in_page_without_cookies(&next), Err(problem.into()));
    }
    let outcome = begin(form).await.map(|()| own_path(&next).unwrap_or(DASHBOARD).to_owned());
    answer(&sign_in_page(&next), outcome)
}

const NO_COOKIES: &str = "Your browser keeps no cookies for this site.";
const ALLOW_COOKIES: &str = "Signing in needs one. Allow cookies for this site, load this page again and sign in.";

async fn begin(form: domain::SignIn) -> Result<(), UiError> {
    let visitor = context::require_visitor()?;
    let mut empty = Fields::default();
    empty.take("username", given(&form.username, "Enter your username or email address."));
    empty.take("password", given(form.password.expose(), "Enter your password."));
    if !empty.is_empty() {
        return Err(Problem::invalid(empty).into());
    }
    let signed_in = visitor.sign_in(form, &context::client()?).await.map_err(|error| match error {
        backend::Error::Unauthenticated(_) => {
            UiError(Problem::detail(Code::Unauthorized, "The username or the password is wrong."))
        }
        error => error.into(),
    })?;
    if let Some(before) = context::session() {
        before.make_way().await; // the browser is about to lose this session's token
    }
    if let Some(cookies) = context::cookies() {
        cookies.add(session_cookie(&signed_in));
    }
    Ok(())
}

fn given(text: &str, otherwise: &'static str) -> Result<(), &'static str> {
    if text.is_empty() { Err(otherwise) } else { Ok(()) }
}

/// Ends the session. The browser loses its cookie in any case. The next page says whether the server ended the session too.
#[server(prefix = "/_fn", endpoint = "sign-out")]
pub async fn sign_out() -> Result<String, UiError> {
    answer(SIGN_IN, end().await.map(|()| SIGN_IN.to_owned()))
}

async fn end() -> Result<(), UiError> {
    if let Some(cookies) = context::cookies() {
        cookies.remove(removal_of(SESSION_COOKIE));
    }
    if let Some(session) = context::session() {
        session.sign_out().await?;
    }
    if let Some(response) = use_context::<ResponseOptions>() {
        // Clears only this host's storage. `cookies` would also clear those of other workspaces, and no page of ours is in the
        // cache.
        response.insert_header(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));
    }
    flash::notice(SIGN_IN, Notice::SignedOut);
    Ok(())
}

/// The page. A user who is already signed in is redirected to `next`.
#[component]
pub fn SignIn() -> impl IntoView {
    let next = context::query("next").unwrap_or_default();
    let next = own_path(&next).unwrap_or(DASHBOARD).to_owned();
    if context::session().is_some() {
        see_other(&next);
    }
    context::visitor().map(|visitor| view! { <SignInForm visitor next flash=flash::take() /> })
}

#[component]
fn SignInForm(visitor: Visitor, next: String, flash: Flash) -> impl IntoView {
    let name = visitor.display_name().to_string();
    view! {
        <PageTitle text=format!("Sign in · {name}") />
        <WorkspaceLayout visitor=visitor.clone() user=None>
            <div class="stack wide narrow centred">
                    <div class="stack">
                        <NoticeBar notice=flash.notice.clone() />
                        <Detour next=next.clone() first=flash.of(FORM).problem.is_none() />
                        <h1>"Sign in to "{name}</h1>
                    </div>
                    <div class="sheet"><Credentials next flash /></div>
                    <p class="muted">
                        "Forgot your password? Ask an owner or admin of this workspace to reset it."
                    </p>
                    <p class="muted">
                        "Not your workspace? "<a href=format!("{}{FIND}", visitor.base_url())>"Find yours"</a>
                    </p>
            </div>
        </WorkspaceLayout>
    }
}

/// The notice that says why this page is shown instead of the requested one.
#[component]
fn Detour(
    next: String,
    /// Whether the sign-in form has not been refused yet.
    first: bool,
) -> impl IntoView {
    let said = if first && context::query("cookies").as_deref() == Some("refused") {
        Some((NO_COOKIES, ALLOW_COOKIES))
    } else if flash::waits_on(&next) {
        Some((
            "You were signed out, so the form was not sent.",
            "Sign in: what you typed is kept and stands in it again.",
        ))
    } else {
        (first && next != DASHBOARD).then_some(("Sign in to continue.", "You then go to the page you asked for."))
    };
    said.map(
        |(what, then)| view! { <p class="notice warning detour" role="status"><strong>{what}</strong>" "{then}</p> },
    )
}

#[component]
fn Credentials(next: String, flash: Flash) -> impl IntoView {
    let returned = flash.of(FORM);
    let (username, password) = (returned.kept("username"), returned.kept("password"));
    let first = returned.problem.is_none();
    if let Some(cookies) = context::cookies() {
        probe(&cookies);
    }
    view! {
        <Form
            action=FORM.to_owned()
            label="Sign in".to_owned()
            refused="You are not signed in.".to_owned()
            problem=returned.problem
        >
            <FormKey />
            <input type="hidden" name="next" value=next />
            <input type="hidden" name="probed" value="yes" />
            <Field name="username" label="Username or email" autocomplete="username" first kept=username />
            <Field name="password" label="Password" kind="password" autocomplete="current-password" kept=password />
        </Form>
    }
}
