//! How a refusal is shown: on a page of its own, or inside a workspace page.

use domain::{Code, Problem, User};
use leptos::prelude::*;

use super::{Lot, Managers, Vacant};
use crate::{document::PageContext, paths::DASHBOARD};

/// The URL of a link and its text.
pub type Way = (String, &'static str);

/// A refusal: its status, a heading, advice, and links to go on.
#[component]
pub fn Sheet(
    /// What was refused and why.
    problem: Problem,
    /// The links to go on, the best one first.
    ways: Vec<Way>,
    /// The lot that is marked as empty in the drawing beside the text.
    lot: Lot,
    /// The users to ask, usually the owners and admins.
    #[prop(optional)]
    managers: Vec<User>,
    /// The request's id, as the log has it.
    reference: String,
) -> impl IntoView {
    let advice = problem.detail.unwrap_or_else(|| advice(problem.code).to_owned());
    let way = |(index, (url, text))| view! { <a class="button" class:primary=index == 0 href=url>{text}</a> };
    view! {
        <div class="sheet">
            <div class="problem">
                <div class="stack">
                    <p class="folio">{format!("{} · {}", problem.code.status(), problem.code.title())}</p>
                    <h1>{heading(problem.code)}</h1>
                    <p class="prose">{advice}</p>
                    <Managers people=managers />
                    <div class="actions">{ways.into_iter().enumerate().map(way).collect_view()}</div>
                    <p class="hint">"Request "<code>{reference}</code></p>
                </div>
                <Vacant lot />
            </div>
        </div>
    }
}

/// A refusal inside a workspace page, which keeps its navigation.
#[component]
pub fn Refused(problem: Problem, lot: Lot, managers: Vec<User>) -> impl IntoView {
    let reference = use_context::<PageContext>().map(|page| page.request_id).unwrap_or_default();
    view! { <Sheet problem ways=vec![(DASHBOARD.to_owned(), "Go to the dashboard")] lot managers reference /> }
}

/// The heading that says what is wrong, in words for users. Programs get the code's title instead.
pub fn heading(code: Code) -> &'static str {
    match code {
        Code::InvalidTenant => "This is not a workspace address",
        Code::UnknownTenant => "Workspace not found",
        Code::TenantSuspended => "This workspace is suspended",
        Code::Unauthorized => "Sign in first",
        Code::AccessDenied => "You don’t have access to this page",
        Code::CrossSite => "This request came from another site",
        Code::NotFound => "Page not found",
        Code::TooManyRequests => "Too many attempts",
        Code::Unavailable => "Temporarily unavailable",
        Code::Busy => "Try again in a moment",
        Code::Internal => "Something went wrong",
        _ => "That did not work",
    }
}

/// The advice for a problem that has no `detail`. The heading already says what is wrong.
fn advice(code: Code) -> &'static str {
    match code {
        Code::InvalidTenant => "A workspace address begins with the workspace’s name, such as acme. Check the address.",
        Code::UnknownTenant => "No workspace has this name. Check its spelling.",
        Code::TenantSuspended => "Its data is kept. Ask your provider.",
        Code::Unauthorized => "Then open the page again.",
        Code::AccessDenied => {
            "You are signed in, but you don’t have permission to see this page. Ask an owner of the workspace."
        }
        Code::CrossSite => "Open the page here and try again.",
        Code::NotFound => "The page may have moved, or the link is mistyped.",
        Code::TooManyRequests => "They came from your network. Wait a few minutes and try again.",
        Code::Unavailable => "Nothing is lost. Try again in a few seconds.",
        Code::Internal => "The error is on our side and was logged. Try again later.",
        _ => "The request could not be handled. Go back and try again.",
    }
}
