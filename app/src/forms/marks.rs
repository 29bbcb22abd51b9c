//! What an answer, or typing, changes on the page around a form: what is said beside a field, where the focus is, and whether
//! the masthead names somebody. Only the browser runs it.

use domain::{Code, Fields, Problem};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement};

use crate::forms::summary::has_no_session;

/// The parts of a workspace's masthead that are there for whoever is signed in.
const INSIDE: [&str; 2] = [".masthead nav", ".masthead .sign-out"];

/// Puts each message beside its field, and takes the old ones away.
pub(crate) fn mark(form: &HtmlFormElement, fields: &Fields) {
    for input in (0..).map_while(|index| form.get_with_index(index)) {
        let name = input.get_attribute("name").unwrap_or_default();
        say(&input, fields.get(&name));
    }
}

/// A field that is being corrected is wrong no longer, until the form is judged again; unless its text is too long.
pub(crate) fn settle(input: &Element) {
    say(input, too_long(input).as_deref());
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

/// How much too long a field's text is; the server counts like this.
fn too_long(input: &Element) -> Option<String> {
    let most = input.get_attribute("data-most")?.parse().ok()?;
    let text = input.dyn_ref::<HtmlInputElement>()?.value();
    excess(text.trim().chars().count(), most)
}

fn excess(length: usize, most: usize) -> Option<String> {
    match length.saturating_sub(most) {
        0 => None,
        1 => Some(format!("1 character too many. The limit is {most}.")),
        over => Some(format!("{over} characters too many. The limit is {most}.")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_told_by_how_much() {
        assert_eq!(excess(80, 80), None);
        assert_eq!(excess(81, 80).as_deref(), Some("1 character too many. The limit is 80."));
        assert_eq!(excess(100, 80).as_deref(), Some("20 characters too many. The limit is 80."));
    }
}
