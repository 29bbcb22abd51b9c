//! `Field`: a label, a hint, an input and its error message. The attributes for screen readers are set here and nowhere else.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ShowPassword;

/// The state of a field after its form was refused: the typed text (never a secret) and the error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The typed text.
    pub value: String,
    /// The error message. `None` means the field is valid.
    pub error: Option<String>,
}

/// One field of a form. The input's id is its name. The children are placed between the input and the error.
#[component]
pub fn Field(
    /// The field's name in the form and in the JSON API.
    name: &'static str,
    /// The visible label.
    label: &'static str,
    /// The input type: `text`, `email` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// The value of `autocomplete`: what the browser may fill in.
    autocomplete: &'static str,
    /// A rule or an example, shown below the label.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether the field may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether the field has the focus when the page opens.
    #[prop(optional)]
    first: bool,
    /// The maximum number of characters. The input does not enforce it, so pasted text is not cut unnoticed. The form's script
    /// shows how many characters are too many.
    #[prop(optional)]
    most: Option<usize>,
    /// The text and the error from a refused form.
    #[prop(optional)]
    kept: Kept,
    /// More content for the field, such as a status line.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let Kept { value, error } = kept;
    let invalid = error.is_some();
    let described = if hint.is_some() { format!("{name}-hint {name}-error") } else { format!("{name}-error") };
    view! {
        <div class="field">
            <label for=name>{label} {optional.then(|| view! { " " <span class="optional">"optional"</span> })}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <input
                id=name
                name=name
                type=kind
                value=value
                aria-describedby=described
                aria-invalid=invalid.then_some("true")
                autofocus=invalid || first
                required=!optional
                data-most=most
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
            />
            {(kind == "password").then(|| view! { <ShowPassword field=name.to_owned() /> })}
            {children.map(|children| children())}
            <p class="error" id=format!("{name}-error")>
                {error}
            </p>
        </div>
    }
}
