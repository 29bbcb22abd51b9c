//! The entries of the activity list as sentences: who did what to whom, and when. A username is shown as the user's name with a
//! link to their page, as long as the user exists.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Action, Activity, NotedAction, NotedName, User, Username};
use jiff::Timestamp;
use leptos::prelude::*;

use crate::paths::{MEMBER, about};

/// Renders the time of an entry, relative to `now`.
pub type When = fn(Timestamp, Timestamp) -> AnyView;

/// The existing users behind the usernames in a list of entries.
#[derive(Clone, Default)]
pub struct Known(BTreeMap<Username, User>);

impl Known {
    /// The usernames that occur in a list of entries.
    pub fn names(deeds: &[Activity]) -> BTreeSet<Username> {
        let noted = deeds.iter().flat_map(|deed| [&deed.actor, &deed.subject]).flatten();
        noted.filter_map(NotedName::username).cloned().collect()
    }

    /// The lookup over these users, by username.
    pub fn new(users: Vec<User>) -> Self {
        Self(users.into_iter().map(|user| (user.username.clone(), user)).collect())
    }

    /// Renders a username as a link to its user's page. A user created after the entry is a different person who reuses the
    /// username of a removed user, and gets no link.
    fn who(&self, name: &NotedName, at: Option<Timestamp>) -> AnyView {
        let user = name.username().and_then(|name| self.0.get(name));
        match user.filter(|user| at.is_some_and(|at| user.created_at <= at)) {
            Some(user) => view! { <a class="who" href=about(MEMBER, user.id)>{user.name().to_owned()}</a> }.into_any(),
            None => view! { <b>{name.to_string()}</b> }.into_any(),
        }
    }
}

/// A list of activity entries, the latest first.
#[component]
pub fn ActivityList(deeds: Vec<Activity>, known: Known, now: Timestamp, when: When) -> impl IntoView {
    let line = move |deed: Activity| {
        let at = deed.at.map_or_else(|| "Time unknown".into_any(), |at| when(at, now));
        view! { <li><span>{sentence(deed, &known)}</span>" "<span class="when">{at}</span></li> }
    };
    view! { <ul class="ledger">{deeds.into_iter().map(line).collect_view()}</ul> }
}

fn sentence(deed: Activity, known: &Known) -> AnyView {
    let actor = match &deed.actor {
        Some(actor) => known.who(actor, deed.at),
        None => view! { <b>"The operator"</b> }.into_any(),
    };
    let subject = deed.subject.as_ref().map(|subject| known.who(subject, deed.at));
    let detail = deed.detail.unwrap_or_default();
    let action = match deed.action {
        NotedAction::Known(action) => action,
        NotedAction::Unknown(word) => return view! { {actor}{format!(" “{word}” ")}{subject}{detail} }.into_any(),
    };
    let (did, after) = match action {
        Action::UserAdded => ("added", format!(" as {detail}")),
        Action::UserChanged => ("changed the details of", String::new()),
        Action::RoleChanged => ("made", format!(" {} {detail}", if detail == "member" { "a" } else { "an" })),
        Action::UserDisabled => ("deactivated", String::new()),
        Action::UserEnabled => ("reactivated", String::new()),
        Action::UserRemoved => ("removed", String::new()),
        Action::PasswordReset => ("reset the password of", String::new()),
        Action::UserSignedOut => ("signed out", String::new()),
        Action::DeletionFailed => {
            ("deleted the workspace, but its final backup could not be made: nothing was deleted", String::new())
        }
        Action::WorkspaceRenamed => ("renamed the workspace to", format!(" “{detail}”")),
        Action::EveryoneSignedOut => ("signed everyone out", String::new()),
    };
    view! { {actor}{format!(" {did} ")}{subject}{after} }.into_any()
}
