//! The frame of a workspace page. It finds the member, calls the page, and shows its content or the refusal, with the same
//! navigation around both. A refused page has the same status that a program would get.

use backend::{Error, Member, Session};
use domain::User;
use http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use crate::{
    UiError,
    components::{Lot, PageTitle, Refused, WorkspaceLayout},
    request::context,
};

/// The content of a page inside the frame.
pub(crate) struct WorkspacePage {
    title: String,
    body: AnyView,
}

impl WorkspacePage {
    /// The content of a page. `title` is without the workspace's name.
    pub(crate) fn new(title: impl Into<String>, body: impl IntoView + 'static) -> Self {
        Self { title: title.into(), body: body.into_any() }
    }
}

/// Renders a page for a member. `current` is the path to mark in the navigation. The response is sent only when the whole page
/// is rendered (`SsrMode::Async`), so the page can still change the status while it waits.
pub(crate) fn framed<F>(current: &'static str, page: impl FnOnce(Member) -> F + Send + 'static) -> Option<impl IntoView>
where
    F: Future<Output = Result<WorkspacePage, Error>> + Send + 'static,
{
    let session = context::session()?;
    Some(Suspend::new(async move {
        let shown = match session.member() {
            Ok(member) => page(member).await,
            Err(error) => Err(error),
        };
        let shown = match shown {
            Ok(shown) => shown,
            Err(error) => {
                let managers = whom_to_ask(&session, &error).await;
                refused(error, Lot::of(session.visitor().id()), managers)
            }
        };
        within(current, &session, shown)
    }))
}

fn within(current: &'static str, session: &Session, shown: WorkspacePage) -> impl IntoView + use<> {
    let (visitor, user) = (session.visitor().clone(), session.user().clone());
    let title = format!("{} · {}", shown.title, visitor.display_name());
    view! {
        <PageTitle text=title />
        <WorkspaceLayout visitor user=Some(user) current>{shown.body}</WorkspaceLayout>
    }
}

/// The users who may do what was refused: for an admin the owners, for a member also the admins.
async fn whom_to_ask(session: &Session, error: &Error) -> Vec<User> {
    let member = match error {
        Error::NotAllowed(_) => session.member().ok(),
        _ => None,
    };
    let managers = match &member {
        Some(member) => member.managers().await.unwrap_or_default(), // the refusal is shown in any case
        None => Vec::new(),
    };
    managers.into_iter().filter(|user| user.role > session.user().role).collect()
}

/// The refusal as the page's content. It also sets the response's status.
fn refused(error: Error, lot: Lot, managers: Vec<User>) -> WorkspacePage {
    let UiError(problem) = error.into();
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
    WorkspacePage::new(problem.code.title(), view! { <Refused problem lot managers /> })
}
