//! `Confirm`: a link to a page that asks before something is done that cannot be undone. With JavaScript the question comes
//! up as a dialog on the page where one is, with the same form in it; without, the link is all there is.

use leptos::{ev::MouseEvent, html::Dialog, prelude::*};

/// A link that asks first. The dialog opens with the focus on "Cancel": a second Enter does nothing.
#[island]
pub fn Confirm(
    /// What the link says.
    label: String,
    /// How the link looks.
    look: String,
    /// The page that asks the same.
    href: String,
    /// Tells this dialog from others on the page.
    name: String,
    /// What is asked.
    question: String,
    /// What will happen, and the form that makes it happen.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let open = move |event: MouseEvent| {
        // A click that would open another tab is meant for the page.
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
