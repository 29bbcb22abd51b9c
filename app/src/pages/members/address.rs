//! The addresses of a member's pages, and the member whom an address names.

use backend::{Admin, Error};
use domain::{User, UserId};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::paths::{MAKE_OWNER, MEMBER, MEMBERS, about};

/// The id in an address or a form: what is none is nobody's.
pub(crate) fn id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("member"))
}

/// The page of whoever has this id; of what is no id, the list.
pub(crate) fn page_of(user: &str) -> String {
    id(user).map_or_else(|_| MEMBERS.to_owned(), |id| about(MEMBER, id))
}

/// Whoever the page's address names.
pub(crate) async fn named_in_address(admin: &Admin) -> Result<User, Error> {
    let user = use_params_map().read_untracked().get("user").unwrap_or_default();
    admin.people().find(id(&user)?).await
}

/// Where the question is asked about somebody.
pub(crate) fn question_about(user: UserId) -> String {
    about(MAKE_OWNER, user)
}
