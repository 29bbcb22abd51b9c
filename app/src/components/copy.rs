//! Buttons that copy something. They are hidden until the page's script finds a clipboard, so that no page without
//! JavaScript offers what it cannot do.

use leptos::prelude::*;

use crate::document::PageContext;

/// A button that copies the text of the `pre`, `output` or `.copied` element within the same `.copyable`.
#[component]
pub fn CopyButton(
    /// What it says.
    #[prop(default = "Copy")]
    label: &'static str,
    /// What it copies, where that stands nowhere on the page.
    #[prop(optional, into)]
    text: String,
) -> impl IntoView {
    view! {
        <button class="button quiet copy" type="button" hidden aria-live="polite" data-copy=text>
            {label}
        </button>
    }
}

/// The script behind a page's copy buttons: a few lines, and no wasm.
#[component]
pub fn CopyScript() -> impl IntoView {
    use_context::<PageContext>().map(|page| copy_script(&page))
}

/// The same where the page's context is at hand.
pub fn copy_script(page: &PageContext) -> impl IntoView + use<> {
    view! { <script src="/copy.js" nonce=page.nonce.clone() defer></script> }
}
