//! The links of a paged list: to its first page and to the next one.

use leptos::prelude::*;

/// The links to the first and to the next page. `None` omits a link; without both, nothing is rendered.
#[component]
pub fn Pager(first: Option<String>, next: Option<String>) -> impl IntoView {
    let is_needed = first.is_some() || next.is_some();
    is_needed.then(|| {
        view! {
            <nav class="actions" aria-label="Pages">
                {first.map(|href| view! { <a class="button" href=href>"First page"</a> })}
                {next.map(|href| view! { <a class="button" rel="next" href=href>"Next page"</a> })}
            </nav>
        }
    })
}
