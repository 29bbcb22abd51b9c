//! `Form`: the one island that every form is in. Without JavaScript it is a plain form, whose server function answers with
//! a redirect. With it, the same request is sent by `fetch`, and what is wrong comes up beside the fields at once.
//! The fields are its children, rendered by the server; what they are called is all that this file knows of them.

use domain::{Code, Problem};
use gloo_net::http::Request;
use leptos::{
    ev::{Event, SubmitEvent},
    prelude::*,
    task::spawn_local,
};
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

use crate::form_marks::{focus, mark, settle, show_who_is_in};

/// A form that posts to a server function.
#[island]
pub fn Form(
    /// The server function's path.
    action: String,
    /// What its button says.
    label: String,
    /// How its button looks, where not as the one thing to do.
    #[prop(optional)]
    look: Option<String>,
    /// What did not happen, when it is refused: "The workspace was not created."
    refused: String,
    /// Why it was refused just now, when there is no JavaScript.
    problem: Option<Problem>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let look = look.unwrap_or_else(|| "button primary".to_owned());
    let problem = RwSignal::new(problem);
    let pending = RwSignal::new(false);
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !pending.get_untracked() {
            pending.set(true);
            spawn_local(send(event_target(&event), problem, pending));
        }
    };
    let summary = move || problem.get().map(|problem| view! { <Summary refused=refused.clone() problem /> });
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            data-hydrated=move || hydrated.get().then_some("")
            on:submit=submit
            on:input=move |event: Event| settle(&event_target(&event))
        >
            {summary}
            {children()}
            <button class=look type="submit" aria-busy=move || pending.get().then_some("true")>
                {label}
            </button>
        </form>
    }
}

/// Above the fields: what did not happen, and what to do about it.
#[component]
pub fn Summary(refused: String, problem: Problem) -> impl IntoView {
    view! {
        <div class="summary" role="alert" tabindex="-1">
            <p>
                <strong>{refused}</strong>
                " "
                {advice(&problem)}
                {has_no_session(&problem).then(|| view! { " "<a href="/sign-in" target="_blank">"Sign in in a new tab"</a>"." })}
            </p>
        </div>
    }
}

/// Whether the session ended while the form was open. Another tab signs in, so that the form stays as it is.
pub(crate) fn has_no_session(problem: &Problem) -> bool {
    problem.code == Code::Unauthorized && problem.detail.is_none()
}

/// What to do: the problem's own sentence, or how many fields to look at.
fn advice(problem: &Problem) -> String {
    match (&problem.detail, problem.fields.0.len()) {
        (Some(detail), _) => detail.clone(),
        (None, 0) => sentence(problem.code).to_owned(),
        (None, 1) => "Check the highlighted field.".to_owned(),
        (None, fields) => format!("Fix the {fields} highlighted fields."),
    }
}

/// What to do, where the problem names no field and says nothing itself.
fn sentence(code: Code) -> &'static str {
    match code {
        Code::Unauthorized => "You are no longer signed in. What you typed is still here: sign in, then send it again.",
        Code::AccessDenied => "You don’t have permission to do this. Ask an owner of the workspace.",
        Code::PasswordChangeRequired => "Choose a password first.",
        _ => "Something went wrong on our side. What you typed is still here. Try again in a moment.",
    }
}

/// Sends the form. Where it succeeds the browser moves on, still busy; where not, everything typed stays.
async fn send(form: HtmlFormElement, problem: RwSignal<Option<Problem>>, pending: RwSignal<bool>) {
    match post(&form).await {
        Ok(url) => _ = window().location().assign(&url),
        Err(why) => {
            pending.set(false);
            mark(&form, &why.fields);
            show_who_is_in(&why);
            problem.set(Some(why));
            request_animation_frame(move || focus(&form));
        }
    }
}

/// The server function's answer: where to go, or why not.
async fn post(form: &HtmlFormElement) -> Result<String, Problem> {
    let fields = FormData::new_with_form(form).map_err(no_answer)?;
    let body = UrlSearchParams::new_with_str_sequence_sequence(&fields).map_err(no_answer)?;
    let request = Request::post(&form.action()).header("Accept", "application/json").body(body).map_err(no_answer)?;
    let response = request.send().await.map_err(no_answer)?;
    if response.ok() {
        response.json().await.map_err(no_answer)
    } else {
        Err(response.json().await.unwrap_or_else(no_answer))
    }
}

/// The network or a proxy is at fault: nothing is known, nothing is lost.
fn no_answer<E>(_: E) -> Problem {
    Problem::detail(
        Code::Unavailable,
        "The server did not answer, so it may or may not be done. What you typed is still here. Try again in a moment.",
    )
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
