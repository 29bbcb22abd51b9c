//! `/` on a tenant's host: where one is, who one is, and how a program gets in.

use backend::{Session, Visitor};
use domain::User;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    asked,
    components::{Lot, NoticeBar, Plan, WorkspaceLayout, day},
    flash,
};

/// The first page of a workspace.
#[component]
pub fn Dashboard() -> impl IntoView {
    asked::session().map(|session| view! { <Overview session /> })
}

#[component]
fn Overview(session: Session) -> impl IntoView {
    let (visitor, user) = (session.visitor().clone(), session.user().clone());
    let name = visitor.display_name().to_string();
    let lot = Lot::of(visitor.id());
    let caption = (visitor.name().to_string(), format!("Lot {}", lot.number()));
    view! {
        <Title text=format!("Dashboard · {name}") />
        <WorkspaceLayout visitor=visitor.clone() user=Some(user.clone()) current="/">
            <div class="split wide-first">
                <div class="stack wide">
                    <div class="stack">
                        <NoticeBar notice=flash::take().notice />
                        <p class="folio">"Extract from the register"</p>
                        <h1>{name}</h1>
                    </div>
                    <Extract visitor=visitor.clone() user=user.clone() />
                    <QuickStart url=visitor.url() username=user.username.to_string() />
                </div>
                <aside class="stack wide" aria-label="Plan and quick links">
                    <Plan lot=lot street=visitor.base_url().authority() caption />
                    <nav aria-label="Quick links">
                        <ul class="links">
                            <li><a href="/account"><strong>"Account"</strong>" "<span>"Who you are, and your password"</span></a></li>
                        </ul>
                    </nav>
                </aside>
            </div>
        </WorkspaceLayout>
    }
}

/// Where one is and who.
#[component]
fn Extract(visitor: Visitor, user: User) -> impl IntoView {
    view! {
        <section class="sheet" aria-label="Where you are">
            <dl class="register">
                <div><dt>"Address"</dt><dd class="address-line">{visitor.url()}</dd></div>
                <div><dt>"Created"</dt><dd>{day(visitor.created_at())}</dd></div>
                <div><dt>"Signed in as"</dt><dd>{user.username.to_string()}</dd></div>
                <div><dt>"Role"</dt><dd><span class="role">{user.role.to_string()}</span></dd></div>
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
            <p>"Programs reach this workspace at the same address. Ask for a token, then send it along; it lives for one hour."</p>
            <pre tabindex="0" role="region" aria-label="Example with curl"><code>{example}</code></pre>
        </section>
    }
}
