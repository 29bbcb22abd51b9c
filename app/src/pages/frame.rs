//! The frame of a page inside a workspace: it finds who is signed in, asks the page for what it shows, and shows that, or
//! why not, with the same ways around it. A page that is refused says so with the status that a program would get.

use backend::{Error, Member};
use http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::problem::Refused;
use crate::{
    UiError, asked,
    components::{Lot, PageTitle, WorkspaceLayout},
};

/// What a page shows within its frame.
pub(crate) struct Framed {
    title: String,
    body: AnyView,
}

impl Framed {
    /// A page's title, without the workspace's name, and its body.
    pub(crate) fn new(title: impl Into<String>, body: impl IntoView + 'static) -> Self {
        Self { title: title.into(), body: body.into_any() }
    }
}

/// The page at `current` (for the navigation), for a member.
pub(crate) fn framed(
    current: &'static str,
    page: impl FnOnce(Member) -> Result<Framed, Error>,
) -> Option<impl IntoView> {
    let session = asked::session()?;
    let shown = session.member().and_then(page).unwrap_or_else(|error| refused(error, Lot::of(session.visitor().id())));
    let (visitor, user) = (session.visitor().clone(), session.user().clone());
    let title = format!("{} · {}", shown.title, visitor.display_name());
    Some(view! {
        <PageTitle text=title />
        <WorkspaceLayout visitor user=Some(user) current>{shown.body}</WorkspaceLayout>
    })
}

/// The page's refusal in its place, with its status.
fn refused(error: Error, lot: Lot) -> Framed {
    let UiError(problem) = error.into();
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
    Framed::new(problem.code.title(), view! { <Refused problem lot /> })
}
