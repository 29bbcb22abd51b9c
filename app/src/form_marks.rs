//! What an answer, or typing, changes on the page around a form: what is said beside a field, where the focus is, and whether
//! the masthead names somebody. Only the browser runs it.

use domain::{Code, Fields, Problem};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement};

use crate::form::has_no_session;

/// The parts of a workspace's masthead that are there for whoever is signed in.
const INSIDE: [&str; 2] = [".masthead nav", ".masthead .sign-out"];

/// Puts each message beside its field, and takes the old ones away.
pub(crate) fn mark(form: &HtmlFormElement, fields: &Fields) {
    for input in (0..).map_while(|index| form.get_with_index(index)) {
        let name = input.get_attribute("name").unwrap_or_default();
        say(&input, fields.get(&name));
    }
}

/// A field that is being corrected is wrong no longer, until the form is judged again.
pub(crate) fn settle(input: &Element) {
    say(input, None);
}

/// Says beside a field what is wrong with it, or nothing.
fn say(input: &Element, message: Option<&str>) {
    // Setting an attribute fails only for a name that is none.
    _ = match message {
        Some(_) => input.set_attribute("aria-invalid", "true"),
        None => input.remove_attribute("aria-invalid"),
    };
    let name = input.get_attribute("name").unwrap_or_default();
    if let Some(beside) = document().get_element_by_id(&format!("{name}-error")) {
        beside.set_text_content(message);
    }
}

/// Leads to the first field that is wrong, or else to the summary.
pub(crate) fn focus(form: &HtmlFormElement) {
    let found = |selector| form.query_selector(selector).ok().flatten();
    if let Some(element) = found("[aria-invalid]").or_else(|| found(".summary")) {
        _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// The masthead names nobody once the session has ended, and names them again when the server has judged a form of theirs.
/// Any other refusal does not tell who is signed in, and changes nothing.
pub(crate) fn show_who_is_in(why: &Problem) {
    let is_out = match why.code {
        Code::Unauthorized if has_no_session(why) => true,
        Code::Invalid | Code::Taken | Code::LastOwner => false,
        _ => return,
    };
    for part in INSIDE.into_iter().filter_map(|part| document().query_selector(part).ok().flatten()) {
        _ = if is_out { part.set_attribute("hidden", "") } else { part.remove_attribute("hidden") };
    }
}
