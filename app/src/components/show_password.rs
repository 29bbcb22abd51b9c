//! `ShowPassword`: shows what is typed into a password field, and hides it again. There only where JavaScript is.

use leptos::prelude::*;

/// The button of the field with this id.
#[island]
pub fn ShowPassword(
    /// The field's id.
    field: String,
) -> impl IntoView {
    let (works, shown) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| works.set(true));
    let controls = field.clone();
    let toggle = move |_| {
        shown.update(|shown| *shown = !*shown);
        let kind = if shown.get_untracked() { "text" } else { "password" };
        if let Some(input) = document().get_element_by_id(&field) {
            _ = input.set_attribute("type", kind); // fails only for a name that is none
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
