//! What a response, or typing, changes on the page around a form: the error beside a field, the focus, and whether the masthead
//! shows a signed-in user. It runs only in the browser.

use domain::{Code, Fields, Problem};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement};

use crate::forms::summary::has_no_session;

/// The parts of a workspace's masthead that only a signed-in user sees.
const INSIDE: [&str; 2] = [".masthead nav", ".masthead .sign-out"];

/// Shows each message beside its field, and removes the old ones.
pub(crate) fn mark(form: &HtmlFormElement, fields: &Fields) {
    for input in (0..).map_while(|index| form.get_with_index(index)) {
        let name = input.get_attribute("name").unwrap_or_default();
        say(&input, fields.get(&name));
    }
}

/// Removes a field's error while the user corrects it. Only "too long" is still shown; the rest waits for the next submission.
pub(crate) fn settle(input: &Element) {
    say(input, too_long(input).as_deref());
}

/// Shows a message beside a field. `None` removes it.
fn say(input: &Element, message: Option<&str>) {
    // `set_attribute` fails only for an invalid attribute name.
    _ = match message {
        Some(_) => input.set_attribute("aria-invalid", "true"),
        None => input.remove_attribute("aria-invalid"),
    };
    let name = input.get_attribute("name").unwrap_or_default();
    if let Some(beside) = document().get_element_by_id(&format!("{name}-error")) {
        beside.set_text_content(message);
    }
}

/// The message for a text that is too long. It counts characters without surrounding white space, as the server does.
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

/// Moves the focus to the first invalid field. Without one, to the summary.
pub(crate) fn focus(form: &HtmlFormElement) {
    let found = |selector| form.query_selector(selector).ok().flatten();
    if let Some(element) = found("[aria-invalid]").or_else(|| found(".summary")) {
        _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Hides the user's part of the masthead when the session has ended, and shows it again when the server has validated a form of
/// the user. Other refusals do not say who is signed in, and change nothing.
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
