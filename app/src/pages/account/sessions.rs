//! The part of `/account` that lists the user's sessions, and ends one of them or all except this one.

use backend::Error;
use domain::{Page, SessionId, SignedInAt};
use jiff::Timestamp;
use leptos::prelude::*;

use crate::{
    UiError,
    components::{FormKey, Pager, ago},
    forms::{answer::answer, flash, notice::Notice},
    paths::ACCOUNT,
    request::context,
};

/// Ends one of the user's own sessions.
#[server(prefix = "/_fn", endpoint = "end-session")]
pub async fn end_session(
    /// The id of the session.
    #[server(default)]
    session: String,
) -> Result<String, UiError> {
    answer(ACCOUNT, end(&session).await.map(|()| ACCOUNT.to_owned()))
}

async fn end(session: &str) -> Result<(), UiError> {
    let member = context::require_member()?;
    let id: SessionId = session.parse().map_err(|_| Error::NotFound("session of yours"))?;
    member.end_session(id).await?;
    flash::notice(ACCOUNT, Notice::SessionEnded);
    Ok(())
}

/// Ends all of the user's own sessions except this one.
#[server(prefix = "/_fn", endpoint = "end-other-sessions")]
pub async fn end_other_sessions() -> Result<String, UiError> {
    let done = async { Ok(context::require_member()?.end_other_sessions().await?) };
    let done = done.await.inspect(|_| flash::notice(ACCOUNT, Notice::OtherSessionsEnded));
    answer(ACCOUNT, done.map(|_| ACCOUNT.to_owned()))
}

/// The list of the user's sessions.
#[component]
pub(crate) fn Sessions(mut sessions: Page<SignedInAt>, is_first: bool, now: Timestamp) -> impl IntoView {
    sessions.items.sort_by_key(|session| !session.current); // this device first, the others in their order
    let others = sessions.items.iter().any(|session| !session.current);
    let next = sessions.next.as_ref().map(|cursor| format!("{ACCOUNT}?sessions={cursor}#sessions"));
    let first = (!is_first).then(|| format!("{ACCOUNT}#sessions"));
    let end_all = others.then(|| {
        view! {
            <form method="post" action="/_fn/end-other-sessions">
                <FormKey />
                <button class="button" type="submit">"Sign out everywhere else"</button>
            </form>
        }
    });
    view! {
        <section class="sheet stack" aria-labelledby="sessions">
            <div class="heading">
                <h2 id="sessions">"Active sessions"</h2>
                {end_all}
            </div>
            <ul class="entries">
                {sessions.items.into_iter().map(|session| view! { <Entry session now /> }).collect_view()}
            </ul>
            <Pager first next />
        </section>
    }
}

#[component]
fn Entry(session: SignedInAt, now: Timestamp) -> impl IntoView {
    let end = (!session.current).then(|| {
        view! {
            <form method="post" action="/_fn/end-session">
                <FormKey />
                <input type="hidden" name="session" value=session.id.to_string() />
                <button class="button quiet" type="submit" aria-label=format!("Sign out {}", session.device)>"Sign out"</button>
            </form>
        }
    });
    let used = if session.current {
        view! { <span class="tag good">"This device"</span> }.into_any()
    } else {
        view! { "Last used " {ago(session.last_used_at, now)} }.into_any()
    };
    view! {
        <li>
            <div>
                <strong>{session.device}</strong>
                <p class="muted">{used}" · signed in "{ago(session.created_at, now)}" from "{session.address}</p>
            </div>
            {end}
        </li>
    }
}
