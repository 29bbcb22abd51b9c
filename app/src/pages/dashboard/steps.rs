//! The first steps of a new workspace, for its owner. A step is done when the workspace's data shows it. The list disappears
//! when all steps are done.

use domain::Headcount;
use leptos::prelude::*;

use crate::paths::{ADD_MEMBER, MEMBERS, SETTINGS};

/// Which of the first steps are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirstSteps {
    has_name: bool,
    has_members: bool,
    has_second_owner: bool,
}

impl FirstSteps {
    /// The steps, from the current state of the workspace.
    pub(crate) fn of(people: Headcount, was_named: bool) -> Self {
        Self { has_name: was_named, has_members: people.all() > 1, has_second_owner: people.able_owners > 1 }
    }

    /// Whether all steps are done.
    pub(crate) fn are_done(self) -> bool {
        self.has_name && self.has_members && self.has_second_owner
    }
}

/// The list of steps.
#[component]
pub(crate) fn Steps(steps: FirstSteps) -> impl IntoView {
    let step = |(done, what, why, href): (bool, &'static str, &'static str, &'static str)| {
        let what = if done {
            view! { <strong>{what}</strong>" "<span class="tag good">"Done"</span> }.into_any()
        } else {
            view! { <a href=href><strong>{what}</strong></a> }.into_any()
        };
        view! { <li class:done=done>{what}<p class="muted">{why}</p></li> }
    };
    let all = [
        (steps.has_name, "Name the workspace", "The name is shown at the top of every page.", SETTINGS),
        (steps.has_members, "Add a member", "They sign in with a one-time password from you.", ADD_MEMBER),
        (
            steps.has_second_owner,
            "Make somebody a second owner",
            "If you lose your password, another owner can reset it.",
            if steps.has_members { MEMBERS } else { ADD_MEMBER },
        ),
    ];
    view! {
        <section class="sheet stack" aria-labelledby="first-steps">
            <h2 id="first-steps">"First steps"</h2>
            <ol class="steps">{all.map(step).collect_view()}</ol>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_ticked_off_by_what_the_workspace_holds() {
        let people = |owners, able_owners, members| Headcount { owners, able_owners, members, ..Headcount::default() };
        let new = FirstSteps::of(people(1, 1, 0), false);
        assert_eq!((new.has_name, new.has_members, new.has_second_owner), (false, false, false));
        let disabled = FirstSteps::of(people(2, 1, 3), true);
        assert!(disabled.has_members && !disabled.has_second_owner && !disabled.are_done());
        assert!(FirstSteps::of(people(2, 2, 0), true).are_done());
    }
}
