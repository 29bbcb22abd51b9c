//! What was done in the workspace, in sentences: who did what to whom, and how long ago.

use domain::{Action, Activity};
use jiff::Timestamp;
use leptos::prelude::*;

use super::ago;

/// Deeds, the latest first.
#[component]
pub fn Deeds(deeds: Vec<Activity>, now: Timestamp) -> impl IntoView {
    let line = move |deed: Activity| {
        let when = ago(deed.at, now);
        view! { <li><span>{sentence(deed)}</span>" "<span class="when">{when}</span></li> }
    };
    view! { <ul class="ledger">{deeds.into_iter().map(line).collect_view()}</ul> }
}

fn sentence(deed: Activity) -> impl IntoView {
    let actor = deed.actor.map_or_else(|| "The operator".to_owned(), |actor| actor.to_string());
    let subject = deed.subject.map(|subject| subject.to_string()).unwrap_or_default();
    let detail = deed.detail.unwrap_or_default();
    let (did, after) = match deed.action {
        Action::UserAdded => ("added", format!(" as {detail}")),
        Action::UserChanged => ("changed the details of", String::new()),
        Action::RoleChanged => ("made", format!(" {detail}")),
        Action::UserDisabled => ("deactivated", String::new()),
        Action::UserEnabled => ("reactivated", String::new()),
        Action::UserRemoved => ("removed", String::new()),
        Action::PasswordReset => ("reset the password of", String::new()),
        Action::UserSignedOut => ("signed out", String::new()),
        Action::WorkspaceRenamed => ("renamed the workspace to", format!(" “{detail}”")),
        Action::EveryoneSignedOut => ("signed everyone out", String::new()),
    };
    view! { <b>{actor}</b>{format!(" {did} ")}<b>{subject}</b>{after} }
}
