//! The URLs of a member's pages, and the member that a URL names.

use backend::{Admin, Error};
use domain::{User, UserId};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::paths::{MAKE_OWNER, MEMBER, MEMBERS, about};

/// Parses the id in a URL or a form. An invalid id gives the same error as an unknown member.
pub(crate) fn id(text: &str) -> Result<UserId, Error> {
    text.parse().map_err(|_| Error::NotFound("member"))
}

/// The page of the member with this id. For an invalid id it is the list.
pub(crate) fn page_of(user: &str) -> String {
    id(user).map_or_else(|_| MEMBERS.to_owned(), |id| about(MEMBER, id))
}

/// The member that the page's URL names.
pub(crate) async fn named_in_address(admin: &Admin) -> Result<User, Error> {
    let user = use_params_map().read_untracked().get("user").unwrap_or_default();
    admin.people().find(id(&user)?).await
}

/// The page that asks whether to make this member an owner.
pub(crate) fn question_about(user: UserId) -> String {
    about(MAKE_OWNER, user)
}
