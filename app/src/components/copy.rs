//! Copy buttons. A button is hidden until the page's script finds a clipboard, so a page without JavaScript shows no button
//! that does not work.

use leptos::prelude::*;

use crate::document::PageContext;

/// A button that copies the text of the `pre`, `output` or `.copied` element in the same `.copyable`.
#[component]
pub fn CopyButton(
    /// The button's text.
    #[prop(default = "Copy")]
    label: &'static str,
    /// The text to copy, if it is not on the page.
    #[prop(optional, into)]
    text: String,
) -> impl IntoView {
    view! {
        <button class="button quiet copy" type="button" hidden aria-live="polite" data-copy=text>
            {label}
        </button>
    }
}

/// The script that runs a page's copy buttons. It is a few lines of JavaScript and loads no WebAssembly.
#[component]
pub fn CopyScript() -> impl IntoView {
    use_context::<PageContext>().map(|page| copy_script(&page))
}

/// `CopyScript` for callers that already have the page's context.
pub fn copy_script(page: &PageContext) -> impl IntoView + use<> {
    view! { <script src="/copy.js" nonce=page.nonce.clone() defer></script> }
}
