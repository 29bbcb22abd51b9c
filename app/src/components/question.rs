//! A confirmation question as a page of its own, for browsers without JavaScript and so without the dialog.

use leptos::prelude::*;

/// A confirmation page: the question, the form that says what will happen and does it, and a link to cancel.
pub fn asking(question: String, back: String, form: impl IntoView) -> impl IntoView {
    view! {
        <div class="sheet narrow asking">
            <h1>{question}</h1>
            {form}
            <a class="button" href=back autofocus=true>"Cancel"</a>
        </div>
    }
}
