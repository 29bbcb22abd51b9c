//! `TenantField`: the field for a new workspace's name, an island that shows the address the name would give and whether
//! it is free, while it is typed. The browser judges the form of the name; `check_name` on the server whether it is free.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async; this one need not wait")
)]

use std::time::Duration;

use domain::TenantName;
use leptos::{ev::Event, prelude::*, server_fn::codec::GetUrl, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::{
    UiError,
    components::{Field, Kept},
};

/// So long after the last key the server is asked.
const PAUSE: Duration = Duration::from_millis(300);

/// What is known about the typed name: the reason against it, or none when it is free.
type Verdict = Option<String>;

/// Why a workspace cannot have this name; none if it can.
#[server(prefix = "/_fn", endpoint = "check-name", input = GetUrl)]
pub async fn check_name(
    /// As it is typed.
    #[server(default)]
    name: String,
) -> Result<Verdict, UiError> {
    let name: TenantName = match name.parse() {
        Ok(name) => name,
        Err(why) => return Ok(Some(with_suggestion(&domain::InvalidTenantName::to_string(&why), &name))),
    };
    let backend = crate::asked::backend()?;
    if let Err(error) = backend.may_look_up(&crate::asked::client()?) {
        let error = UiError::from(error);
        crate::answer::refuse(&error.0);
        return Err(error);
    }
    Ok(backend.name_is_free(&name).err().map(|error| {
        let problem = error.problem();
        problem.fields.get("tenant").unwrap_or_else(|| problem.sentence()).to_owned()
    }))
}

/// The field `tenant` of the sign-up form.
#[island]
pub fn TenantField(
    /// What came back from a refused form.
    kept: Kept,
    /// Host and port of Freehold, after which the name is put.
    authority: String,
) -> impl IntoView {
    let name = RwSignal::new(kept.value.clone());
    let verdict = RwSignal::new(None::<Verdict>);
    let first = kept.error.is_none() && kept.value.is_empty();
    let mut ask = debounce(PAUSE, move |asked: String| spawn_local(judge(asked, name, verdict)));
    let typed = move |event: Event| {
        let text = event_target_value(&event).trim().to_ascii_lowercase();
        look(&text, name, verdict);
        ask(text);
    };
    // What was typed before this ran is looked at now.
    Effect::new(move |_| {
        let input = document().get_element_by_id("tenant").and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        let text = input.map(|input| input.value().trim().to_ascii_lowercase()).unwrap_or_default();
        if !text.is_empty() && text != name.get_untracked() {
            look(&text, name, verdict);
            spawn_local(judge(text, name, verdict));
        }
    });
    view! {
        <Field
            name="tenant"
            label="Workspace name"
            hint="Lower-case letters, digits and single dashes; up to 40 characters."
            autocomplete="off"
            maxlength=40
            first=first
            kept
            on:input=typed
        >
            <p class="address" id="tenant-address">
                <b>{move || shown(&name.read())}</b>
                "."
                {authority}
            </p>
            <p class="availability" id="tenant-availability" role="status" data-state=move || state(verdict.read().as_ref())>
                {move || verdict.read().as_ref().map(sentence)}
            </p>
        </Field>
    }
}

/// Shows the address that a name would give, and what its form alone says against it.
fn look(text: &str, name: RwSignal<String>, verdict: RwSignal<Option<Verdict>>) {
    let malformed = text.parse::<TenantName>().err().filter(|_| !text.is_empty());
    verdict.set(malformed.map(|why| Some(with_suggestion(&why.to_string(), text))));
    name.set(text.to_owned());
}

/// What is wrong with a name, and the nearest one that would do.
pub(crate) fn with_suggestion(why: &str, text: &str) -> String {
    match TenantName::near(text) {
        Some(near) => format!("{why} Try {near}."),
        None => why.to_owned(),
    }
}

/// Asks the server, unless the form of the name already says no; a late answer about an older name is dropped.
async fn judge(asked: String, name: RwSignal<String>, verdict: RwSignal<Option<Verdict>>) {
    if asked.parse::<TenantName>().is_err() {
        return;
    }
    // No answer is no verdict: the form itself will be judged when it is sent.
    let answer = check_name(asked.clone()).await.ok();
    if name.get_untracked() == asked {
        verdict.set(answer);
    }
}

/// The first label of the address.
fn shown(name: &str) -> String {
    if name.is_empty() { "your-name" } else { name }.to_owned()
}

fn state(verdict: Option<&Verdict>) -> Option<&'static str> {
    verdict.map(|against| if against.is_some() { "taken" } else { "free" })
}

fn sentence(verdict: &Verdict) -> String {
    verdict.clone().unwrap_or_else(|| "Available".to_owned())
}
