//! A question that stands on a page of its own, where there is no dialog for it.

use leptos::prelude::*;

/// A question as a page: what will happen, the form that makes it happen, and the way back.
pub fn asking(question: String, back: String, form: impl IntoView) -> impl IntoView {
    view! {
        <div class="sheet narrow asking">
            <h1>{question}</h1>
            {form}
            <a class="button" href=back autofocus=true>"Cancel"</a>
        </div>
    }
}
