//! `TenantField`: the field for a new workspace's name. It is an island that shows the resulting address and whether the name
//! is free, while the user types. The browser checks the syntax of the name. `check_name` on the server checks whether it is
//! free.

#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async; this one need not wait")
)]

use std::time::Duration;

use domain::{Code, Problem, TenantName};
use leptos::{ev::Event, prelude::*, server_fn::codec::GetUrl, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::{
    UiError,
    components::{Field, Kept},
};

/// How long to wait after the last key before asking the server.
const PAUSE: Duration = Duration::from_millis(300);

/// The server's check of a name: the reason against it. `None` means the name is free.
type Verdict = Option<String>;

/// The message about the typed name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Free,
    Against(String),
    /// Too many checks were made. The next one is possible in this many seconds.
    Later(u32),
}

/// Checks whether a workspace can have this name. Returns the reason against it; `None` means the name is free.
#[server(prefix = "/_fn", endpoint = "check-name", input = GetUrl)]
pub async fn check_name(
    /// The name as it was typed.
    #[server(default)]
    name: String,
) -> Result<Verdict, UiError> {
    let name: TenantName = match name.parse() {
        Ok(name) => name,
        Err(why) => return Ok(Some(with_suggestion(&domain::InvalidTenantName::to_string(&why), &name))),
    };
    let backend = crate::request::context::backend()?;
    if let Err(error) = backend.may_look_up(&crate::request::context::client()?) {
        let error = UiError::from(error);
        crate::request::response::refuse(&error.0);
        return Err(error);
    }
    Ok(backend.ensure_name_is_free(&name).err().map(|error| {
        let problem = error.problem();
        problem.fields.get("tenant").unwrap_or_else(|| problem.sentence()).to_owned()
    }))
}

/// The field `tenant` of the sign-up form.
#[island]
pub fn TenantField(
    /// The text and the error from a refused form.
    kept: Kept,
    /// The base host with its port. It follows the name in the address that the field shows.
    authority: String,
) -> impl IntoView {
    let name = RwSignal::new(kept.value.clone());
    let said = RwSignal::new(None::<Said>);
    let first = kept.error.is_none() && kept.value.is_empty();
    let mut ask = debounce(PAUSE, move |asked: String| spawn_local(judge(asked, name, said)));
    let typed = move |event: Event| {
        let text = event_target_value(&event).trim().to_ascii_lowercase();
        look(&text, name, said);
        ask(text);
    };
    // Check what was typed before this island was hydrated.
    Effect::new(move |_| {
        let input = document().get_element_by_id("tenant").and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        let text = input.map(|input| input.value().trim().to_ascii_lowercase()).unwrap_or_default();
        if !text.is_empty() && text != name.get_untracked() {
            look(&text, name, said);
            spawn_local(judge(text, name, said));
        }
    });
    view! {
        <Field
            name="tenant"
            label="Workspace name"
            hint="Lower-case letters, digits and single dashes; up to 40 characters."
            autocomplete="off"
            first=first
            kept
            on:input=typed
        >
            <p class="address" id="tenant-address">
                <b>{move || shown(&name.read())}</b>
                "."
                {authority}
            </p>
            <p class="availability" id="tenant-availability" role="status" data-state=move || state(said.read().as_ref())>
                {move || said.read().as_ref().map(sentence)}
            </p>
        </Field>
    }
}

/// Shows the address for a name, and what is wrong with the syntax of the name.
fn look(text: &str, name: RwSignal<String>, said: RwSignal<Option<Said>>) {
    let malformed = text.parse::<TenantName>().err().filter(|_| !text.is_empty());
    said.set(malformed.map(|why| Said::Against(with_suggestion(&why.to_string(), text))));
    name.set(text.to_owned());
}

/// What is wrong with a name, and the nearest valid name.
pub(crate) fn with_suggestion(why: &str, text: &str) -> String {
    match TenantName::near(text) {
        Some(near) => format!("{why} Try {near}."),
        None => why.to_owned(),
    }
}

/// Asks the server, unless the syntax of the name is wrong. A late answer for an older name is dropped.
async fn judge(asked: String, name: RwSignal<String>, said: RwSignal<Option<Said>>) {
    if asked.parse::<TenantName>().is_err() {
        return;
    }
    let answer = heard(check_name(asked.clone()).await);
    if name.get_untracked() != asked {
        return;
    }
    if let Some(Said::Later(seconds)) = answer {
        let again = move || _ = (name.get_untracked() == asked).then(|| spawn_local(judge(asked, name, said)));
        set_timeout(again, Duration::from_secs(seconds.into()));
    }
    said.set(answer);
}

/// The message for the server's answer. If there was no answer, nothing is shown: the server checks the name when the form is
/// sent.
fn heard(answer: Result<Verdict, UiError>) -> Option<Said> {
    match answer {
        Ok(None) => Some(Said::Free),
        Ok(Some(why)) => Some(Said::Against(why)),
        Err(UiError(Problem { code: Code::TooManyRequests, retry_after, .. })) => retry_after.map(Said::Later),
        Err(_) => None,
    }
}

/// The first label of the address.
fn shown(name: &str) -> String {
    if name.is_empty() { "your-name" } else { name }.to_owned()
}

fn state(said: Option<&Said>) -> Option<&'static str> {
    match said? {
        Said::Free => Some("free"),
        Said::Against(_) => Some("taken"),
        Said::Later(_) => None,
    }
}

fn sentence(said: &Said) -> String {
    match said {
        Said::Free => "Available".to_owned(),
        Said::Against(why) => why.clone(),
        Said::Later(seconds) => format!("Too many names checked. Wait {}.", wait(*seconds)),
    }
}

fn wait(seconds: u32) -> String {
    match seconds {
        ..=1 => "1 second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_asked_too_often_says_how_long_to_wait_and_nothing_about_the_name() {
        let problem = Problem { retry_after: Some(30), ..Problem::new(Code::TooManyRequests) };
        let said = heard(Err(problem.into()));
        assert_eq!((&said, state(said.as_ref())), (&Some(Said::Later(30)), None));
        assert_eq!(sentence(&Said::Later(30)), "Too many names checked. Wait 30 seconds.");
        assert_eq!(heard(Err(Problem::new(Code::Unavailable).into())), None);
    }
}
