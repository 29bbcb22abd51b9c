//! `Form`: the island around every form that has fields to fill in and posts to a server function. Without JavaScript it is a
//! plain form, whose server function answers with a redirect. With JavaScript it sends the same request by `fetch` and shows
//! errors beside the fields at once. The fields are its children and are rendered by the server. This file knows only their
//! names.

use domain::{Code, Problem};
use gloo_net::http::Request;
use leptos::{
    ev::{Event, SubmitEvent},
    prelude::*,
    task::spawn_local,
};
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

use crate::forms::{
    marks::{focus, mark, settle, show_who_is_in},
    summary::Summary,
};

/// A form that posts to a server function.
#[island]
pub fn Form(
    /// The path of the server function.
    action: String,
    /// The button's text.
    label: String,
    /// The button's CSS classes. The default is the style of the page's primary button.
    #[prop(optional)]
    look: Option<String>,
    /// What did not happen if the form is refused, such as "The workspace was not created."
    refused: String,
    /// Why the form was refused before this page was rendered. Only without JavaScript.
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

/// Sends the form. On success the browser goes to the next page, and the button stays busy until then. On failure the typed
/// text stays in the form.
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

/// Posts the form: the URL to go to, or the problem.
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

/// The problem for a missing or unreadable response. Whether the server did the work is unknown.
fn no_answer<E>(_: E) -> Problem {
    Problem::detail(
        Code::Unavailable,
        "The server did not answer, so it may or may not be done. What you typed is still here. Try again in a moment.",
    )
}
