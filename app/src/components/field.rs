//! `Field`: a label, a hint, an input and the place where its error is said; what a screen reader hears is wired here, once.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::ShowPassword;

/// What a refused form gives back to a field: the text as it was typed (never a secret) and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The text.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// One field of a form; its id is its name. Children stand between input and error.
#[component]
pub fn Field(
    /// The name in the form and in the JSON API.
    name: &'static str,
    /// What to type.
    label: &'static str,
    /// `text`, `email` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// A rule or an example.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether the page opens with the focus on it.
    #[prop(optional)]
    first: bool,
    /// The most characters. More can be typed or pasted, so that nothing is cut unseen: it is said how many are too many.
    #[prop(optional)]
    most: Option<usize>,
    /// What came back.
    #[prop(optional)]
    kept: Kept,
    /// What else to say about it.
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
