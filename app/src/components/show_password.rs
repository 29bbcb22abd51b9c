//! `ShowPassword`: a button that shows or hides what is typed into a password field. It is visible only with JavaScript.

use leptos::prelude::*;

/// The button for the password field with this id.
#[island]
pub fn ShowPassword(
    /// The id of the password field.
    field: String,
) -> impl IntoView {
    let (works, shown) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| works.set(true));
    let controls = field.clone();
    let toggle = move |_| {
        shown.update(|shown| *shown = !*shown);
        let kind = if shown.get_untracked() { "text" } else { "password" };
        if let Some(input) = document().get_element_by_id(&field) {
            _ = input.set_attribute("type", kind); // fails only for an invalid attribute name
        }
    };
    view! {
        <button
            class="show-password"
            type="button"
            hidden=move || !works.get()
            aria-pressed=move || if shown.get() { "true" } else { "false" }
            aria-controls=controls
            on:click=toggle
        >
            "Show password"
        </button>
    }
}
