//! `/` on a tenant's host: the workspace's details and how to call its API. Admins and owners also see the state of the
//! workspace and what needs their attention.

mod overview;
mod steps;

use backend::{Admin, Error, Member, Session, Visitor};
use domain::User;
use leptos::prelude::*;

use super::frame::{WorkspacePage, framed};
use crate::{
    components::{CopyButton, CopyScript, Known, Managers, NoticeBar, capital, day},
    forms::flash,
    paths::{API_DOCS, DASHBOARD},
};
use overview::{Glance, Points};
use steps::{FirstSteps, Steps};

/// The first page of a workspace.
#[component]
pub fn Dashboard() -> impl IntoView {
    framed(DASHBOARD, front)
}

async fn front(member: Member) -> Result<WorkspacePage, Error> {
    let seen = match member.admin() {
        Ok(admin) => managed(&admin).await?.into_any(),
        Err(_) => view! { <Help managers=member.managers().await? /> }.into_any(),
    };
    Ok(WorkspacePage::new("Dashboard", view! { <Front session=member.session().clone() seen /> }))
}

/// The part for admins and owners. The owner of a new workspace first sees the steps to set it up.
async fn managed(admin: &Admin) -> Result<impl IntoView + use<>, Error> {
    let (people, now) = (admin.people(), admin.member().session().visitor().now());
    let overview = people.overview().await?;
    let known = Known::new(people.called(&Known::names(&overview.activity)).await?);
    let steps = match admin.member().owner() {
        Ok(owner) => Some(FirstSteps::of(overview.people, owner.workspace().was_named().await?)),
        Err(_) => None,
    };
    let steps = steps.filter(|steps| !steps.are_done());
    let points = if steps.is_some() { Points::AllButOwners } else { Points::All };
    Ok(view! { {steps.map(|steps| view! { <Steps steps /> })}<Glance overview known points now /> })
}

#[component]
fn Front(session: Session, seen: AnyView) -> impl IntoView {
    let (visitor, user) = (session.visitor().clone(), session.user().clone());
    view! {
        <CopyScript />
        <div class="stack wide">
            <div class="stack">
                <NoticeBar notice=flash::take().notice />
                <h1>{visitor.display_name().to_string()}</h1>
            </div>
            <div class="split wide-first">
                <div class="stack wide">
                    {seen}
                    <QuickStart url=visitor.url() username=user.username.to_string() />
                </div>
                <aside class="stack wide" aria-label="Workspace"><Extract visitor user /></aside>
            </div>
        </div>
    }
}

/// The owners and admins whom a member can ask.
#[component]
fn Help(managers: Vec<User>) -> impl IntoView {
    view! {
        <section class="sheet stack" aria-labelledby="help">
            <h2 id="help">"Who to ask"</h2>
            <p>"Owners and admins add members, change roles and reset passwords."</p>
            <Managers people=managers />
        </section>
    }
}

/// The workspace's details, and who is signed in.
#[component]
fn Extract(visitor: Visitor, user: User) -> impl IntoView {
    view! {
        <section class="sheet" aria-label="Details">
            <dl class="register">
                <div><dt>"Address"</dt><dd class="copyable"><span class="address-line copied">{visitor.url()}</span>" "<CopyButton /></dd></div>
                <div><dt>"Created"</dt><dd>{day(visitor.created_at())}</dd></div>
                <div><dt>"Signed in as"</dt><dd>{user.username.to_string()}</dd></div>
                <div><dt>"Role"</dt><dd><span class="role">{capital(user.role)}</span></dd></div>
            </dl>
        </section>
    }
}

/// Example calls of this workspace's API, ready to paste into a terminal.
#[component]
fn QuickStart(url: String, username: String) -> impl IntoView {
    let example = format!(
        "curl {url}/api/v1/auth/sign-in \\\n  --json '{{\"username\":\"{username}\",\"password\":\"…\"}}'\n\n\
         # TOKEN is the \"token\" of the answer\n\
         curl {url}/api/v1/users/me \\\n  -H \"Authorization: Bearer $TOKEN\""
    );
    view! {
        <section class="stack" aria-labelledby="api">
            <h2 id="api">"Call the API"</h2>
            <p>
                "Programs use the same address. Sign in for a token and send it with each request. Tokens expire after one hour. "
                <a href=API_DOCS>"API reference"</a>
            </p>
            <div class="copyable stack tight">
                <pre tabindex="0" role="region" aria-label="Example with curl"><code>{example}</code></pre>
                <p><CopyButton /></p>
            </div>
        </section>
    }
}
