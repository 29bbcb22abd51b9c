//! `Summary`: the message above the fields of a refused form.

use domain::{Code, Problem};
use leptos::prelude::*;

use crate::paths::SIGN_IN;

/// The message above the fields: what did not happen, and what to do about it.
#[component]
pub fn Summary(refused: String, problem: Problem) -> impl IntoView {
    view! {
        <div class="summary" role="alert" tabindex="-1">
            <p>
                <strong>{refused}</strong>
                " "
                {advice(&problem)}
                {has_no_session(&problem).then(|| view! { " "<a href=SIGN_IN target="_blank">"Sign in in a new tab"</a>"." })}
            </p>
        </div>
    }
}

/// Whether the session ended while the form was open. The user then signs in in another tab, so that the form stays as it is.
pub(crate) fn has_no_session(problem: &Problem) -> bool {
    problem.code == Code::Unauthorized && problem.detail.is_none()
}

/// What to do: the problem's own sentence, or how many fields to correct.
fn advice(problem: &Problem) -> String {
    match (&problem.detail, problem.fields.0.len()) {
        (Some(detail), _) => detail.clone(),
        (None, 0) => sentence(problem.code).to_owned(),
        (None, 1) => "Check the highlighted field.".to_owned(),
        (None, fields) => format!("Fix the {fields} highlighted fields."),
    }
}

/// What to do if the problem has neither a detail nor fields.
fn sentence(code: Code) -> &'static str {
    match code {
        Code::Unauthorized => "You are no longer signed in. What you typed is still here: sign in, then send it again.",
        Code::AccessDenied => "You don’t have permission to do this. Ask an owner of the workspace.",
        Code::PasswordChangeRequired => "Choose a password first.",
        _ => "Something went wrong on our side. What you typed is still here. Try again in a moment.",
    }
}

#[cfg(test)]
mod tests {
    use domain::Fields;

    use super::*;

    #[test]
    fn the_advice_is_the_detail_or_else_the_number_of_fields() {
        let fields = Fields::one("tenant", "Choose another name.");
        assert_eq!(advice(&Problem::invalid(fields)), "Check the highlighted field.");
        assert_eq!(advice(&Problem::detail(Code::Unauthorized, "Wrong.")), "Wrong.");
        assert_eq!(
            advice(&Problem::new(Code::Internal)),
            "Something went wrong on our side. What you typed is still here. Try again in a moment."
        );
    }
}
