//! `/` on a tenant's host: where one is; for those who manage people, how it stands with the workspace and what needs their
//! attention; and how a program gets in.

use backend::{Error, Member, Session, Visitor};
use domain::{Overview, User};
use jiff::Timestamp;
use leptos::prelude::*;

use super::{
    dashboard_overview::Glance,
    frame::{Framed, framed},
};
use crate::{
    components::{NoticeBar, capital, day},
    flash,
};

/// The first page of a workspace.
#[component]
pub fn Dashboard() -> impl IntoView {
    framed("/", front)
}

async fn front(member: Member) -> Result<Framed, Error> {
    let overview = match member.admin() {
        Ok(admin) => Some(admin.people().overview().await?),
        Err(_) => None,
    };
    let (session, now) = (member.session().clone(), member.session().visitor().now());
    Ok(Framed::new("Dashboard", view! { <Front session overview now /> }))
}

#[component]
fn Front(session: Session, overview: Option<Overview>, now: Timestamp) -> impl IntoView {
    let (visitor, user) = (session.visitor().clone(), session.user().clone());
    view! {
        <div class="stack wide">
            <div class="stack">
                <NoticeBar notice=flash::take().notice />
                <h1>{visitor.display_name().to_string()}</h1>
            </div>
            <div class="split wide-first">
                <div class="stack wide">
                    {match overview {
                        Some(overview) => view! { <Glance overview now /> }.into_any(),
                        None => view! { <Extract visitor=visitor.clone() user=user.clone() /> }.into_any(),
                    }}
                    <QuickStart url=visitor.url() username=user.username.to_string() />
                </div>
                {(user.role > domain::Role::Member)
                    .then(|| view! { <aside class="stack wide" aria-label="Workspace"><Extract visitor user /></aside> })}
            </div>
        </div>
    }
}

/// Where one is and who.
#[component]
fn Extract(visitor: Visitor, user: User) -> impl IntoView {
    view! {
        <section class="sheet" aria-label="Details">
            <dl class="register">
                <div><dt>"Address"</dt><dd class="address-line">{visitor.url()}</dd></div>
                <div><dt>"Created"</dt><dd>{day(visitor.created_at())}</dd></div>
                <div><dt>"Signed in as"</dt><dd>{user.username.to_string()}</dd></div>
                <div><dt>"Role"</dt><dd><span class="role">{capital(user.role)}</span></dd></div>
            </dl>
        </section>
    }
}

/// The API of this workspace, ready to be pasted into a terminal.
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
                <a href="/api/docs">"API reference"</a>
            </p>
            <pre tabindex="0" role="region" aria-label="Example with curl"><code>{example}</code></pre>
        </section>
    }
}
