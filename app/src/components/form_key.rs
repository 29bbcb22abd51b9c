//! `FormKey`: the hidden fields of every form. They tell the server which rendering of the form was sent, on which page it was,
//! and who was signed in. `sent.rs` reads them.

use domain::User;
use leptos::prelude::*;

use crate::{
    forms::sent::{KEY_FIELD, PAGE_FIELD, USER_FIELD},
    request::context,
};

/// The hidden fields of a form that posts to a server function.
#[component]
pub fn FormKey(
    /// The signed-in user, for the problem page, where the request's context does not have the session.
    #[prop(optional, into)]
    user: Option<User>,
) -> impl IntoView {
    let key = context::backend().map(|backend| backend.nonce()).unwrap_or_default();
    let user = user.or_else(|| context::session().map(|session| session.user().clone())).map(|user| {
        view! { <input type="hidden" name=USER_FIELD value=format!("{} {}", user.id, user.username) /> }
    });
    view! {
        <input type="hidden" name=KEY_FIELD value=key />
        <input type="hidden" name=PAGE_FIELD value=context::target() />
        {user}
    }
}
