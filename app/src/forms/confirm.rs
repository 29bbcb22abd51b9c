//! `Confirm`: a link to a confirmation page for an action that cannot be undone. With JavaScript, the link opens a dialog on
//! the current page, with the same form in it. Without JavaScript it is a plain link.

use leptos::{ev::MouseEvent, html::Dialog, prelude::*};

/// A link that asks for confirmation. The dialog opens with the focus on "Cancel", so that pressing Enter twice does no harm.
#[island]
pub fn Confirm(
    /// The link's text.
    label: String,
    /// The link's CSS classes.
    look: String,
    /// The page with the same question.
    href: String,
    /// A name that distinguishes this dialog from others on the page.
    name: String,
    /// The question.
    question: String,
    /// What will happen, and the form that does it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let open = move |event: MouseEvent| {
        // With Ctrl, Meta or Shift the user wants another tab or window: let the link open the page there.
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
        if let Some(dialog) = dialog.get_untracked().filter(|_| plain)
            && dialog.show_modal().is_ok()
        {
            event.prevent_default();
        }
    };
    let title = format!("{name}-question");
    let heading = title.clone();
    view! {
        <a class=look href=href on:click=open>{label}</a>
        <dialog class="dialog" node_ref=dialog aria-labelledby=title closedby="any">
            <h2 id=heading>{question}</h2>
            {children()}
            <form class="cancel" method="dialog"><button class="button" type="submit" autofocus=true>"Cancel"</button></form>
        </dialog>
    }
}
