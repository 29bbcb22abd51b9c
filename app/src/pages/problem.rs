//! The page for a refusal that no other page can show. The server calls it with what it would say to a program; here it
//! becomes a document that says what to do next. It asks nothing of the request, which may have been no request at all.

use backend::Visitor;
use domain::{BaseUrl, Code, Problem, User};
use leptos::prelude::*;

use crate::{
    components::{Lot, Managers, SiteLayout, Vacant, WorkspaceLayout},
    shell::{PageContext, document},
};

/// Where it was refused.
#[derive(Clone, Copy)]
pub enum ProblemPlace<'a> {
    /// On no tenant's host, or on that of a tenant that there is not.
    Site {
        /// Where to go from there.
        base_url: &'a BaseUrl,
        /// Whether anyone may sign a workspace up there.
        open: bool,
    },
    /// On a tenant's host, and who is signed in there.
    Workspace(&'a Visitor, Option<&'a User>),
}

/// A link: where to, and what it says.
type Way = (String, &'static str);

/// The whole document.
#[must_use]
pub fn problem_page(problem: &Problem, page: &PageContext, place: ProblemPlace<'_>) -> String {
    Owner::new().with(|| {
        let whose = match place {
            ProblemPlace::Site { .. } => "Freehold".to_owned(),
            ProblemPlace::Workspace(visitor, _) => visitor.display_name().to_string(),
        };
        let title = view! { <title>{format!("{} · {whose}", heading(problem.code))}</title> };
        let sheet = |lot| view! { <Sheet problem=problem.clone() ways=ways(problem.code, place) lot reference=page.request_id.clone() /> };
        match place {
            ProblemPlace::Site { open, .. } => {
                let sheet = sheet(Lot::FREEHOLD);
                document(page.assets, None, title, view! { <SiteLayout open>{sheet}</SiteLayout> }).to_html()
            }
            ProblemPlace::Workspace(visitor, user) => {
                let sheet = sheet(Lot::of(visitor.id()));
                let body =
                    view! { <WorkspaceLayout visitor=visitor.clone() user=user.cloned()>{sheet}</WorkspaceLayout> };
                document(page.assets, Some(visitor), title, body).to_html()
            }
        }
    })
}

#[component]
fn Sheet(
    problem: Problem,
    ways: Vec<Way>,
    lot: Lot,
    /// Whom to ask.
    #[prop(optional)]
    managers: Vec<User>,
    /// What the log calls the request.
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

/// The same within a page of a workspace, whose navigation is around it.
#[component]
pub(crate) fn Refused(problem: Problem, lot: Lot, managers: Vec<User>) -> impl IntoView {
    let reference = use_context::<PageContext>().map(|page| page.request_id).unwrap_or_default();
    view! { <Sheet problem ways=vec![("/".to_owned(), "Go to the dashboard")] lot managers reference /> }
}

/// What is the matter, to a person; programs have the code's title.
fn heading(code: Code) -> &'static str {
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

/// What to do, where the problem does not say it; the heading has said what is the matter.
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

/// Where to go from here; the best way first. Base pages are linked by their whole address, as this may be any host.
fn ways(code: Code, place: ProblemPlace<'_>) -> Vec<Way> {
    match (code, place) {
        (Code::InvalidTenant | Code::UnknownTenant, ProblemPlace::Site { base_url, open }) => {
            let create = open.then(|| (format!("{base_url}/sign-up"), "Create a workspace"));
            std::iter::once((format!("{base_url}/find"), "Find your workspace")).chain(create).collect()
        }
        (Code::TenantSuspended, ProblemPlace::Site { base_url, .. }) => {
            vec![(format!("{base_url}/find"), "Find another workspace")]
        }
        (_, ProblemPlace::Site { base_url, .. }) => vec![(format!("{base_url}/"), "Go to the home page")],
        (Code::TenantSuspended, ProblemPlace::Workspace(visitor, _)) => {
            vec![(format!("{}/find", visitor.base_url()), "Find another workspace")]
        }
        (Code::Unauthorized | Code::TooManyRequests, _) => vec![("/sign-in".to_owned(), "Go to sign-in")],
        (Code::PasswordChangeRequired, _) => vec![("/account".to_owned(), "Choose a password")],
        _ => vec![("/".to_owned(), "Go to the dashboard")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_is_wrong_and_escapes_it() {
        let page = PageContext { nonce: "n".into(), assets: "pkg/1", request_id: "r7".into() };
        let base_url = BaseUrl::localhost(3000);
        let problem = Problem::detail(Code::UnknownTenant, "No <b>workspace</b>.");
        let html = problem_page(&problem, &page, ProblemPlace::Site { base_url: &base_url, open: true });
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\""), "{html}");
        assert!(
            html.contains("<title>Workspace not found · Freehold</title>") && html.contains("Tenant does not exist"),
            "{html}"
        );
        assert!(
            html.contains("No &lt;b>workspace&lt;/b>.") || html.contains("No &lt;b&gt;workspace&lt;/b&gt;."),
            "{html}"
        );
        assert!(
            html.contains("r7") && html.contains("href=\"http://localhost:3000/find\"") && !html.contains("<script"),
            "{html}"
        );
    }
}
