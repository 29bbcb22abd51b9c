//! The page for a refusal that no other page can show. The server calls it with the problem that a program would get. It uses
//! only its arguments, because a request can be refused before there is a context for it.

use backend::Visitor;
use domain::{BaseUrl, Code, Problem, User};
use leptos::prelude::*;

use crate::{
    components::{Lot, Sheet, SiteLayout, Way, WorkspaceLayout, heading},
    document::{PageContext, document},
    paths::{ACCOUNT, DASHBOARD, FIND, HOME, SIGN_IN, SIGN_UP},
};

/// The place of a refusal.
#[derive(Clone, Copy)]
pub enum ProblemPlace<'a> {
    /// The base host, an unknown host, or the host of a tenant that does not exist.
    Site {
        /// The base URL, for links.
        base_url: &'a BaseUrl,
        /// Whether sign-up is open to everyone.
        open: bool,
    },
    /// A tenant's host. The user is the signed-in one, if any.
    Workspace(&'a Visitor, Option<&'a User>),
}

/// Renders the whole document.
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

/// The links to go on, the best one first. Pages of the base host are linked by absolute URL, because this page may be on any
/// host.
fn ways(code: Code, place: ProblemPlace<'_>) -> Vec<Way> {
    match (code, place) {
        (Code::InvalidTenant | Code::UnknownTenant, ProblemPlace::Site { base_url, open }) => {
            let create = open.then(|| (format!("{base_url}{SIGN_UP}"), "Create a workspace"));
            std::iter::once((format!("{base_url}{FIND}"), "Find your workspace")).chain(create).collect()
        }
        (Code::TenantSuspended, ProblemPlace::Site { base_url, .. }) => {
            vec![(format!("{base_url}{FIND}"), "Find another workspace")]
        }
        (_, ProblemPlace::Site { base_url, .. }) => vec![(format!("{base_url}{HOME}"), "Go to the home page")],
        (Code::TenantSuspended, ProblemPlace::Workspace(visitor, _)) => {
            vec![(format!("{}{FIND}", visitor.base_url()), "Find another workspace")]
        }
        (Code::Unauthorized | Code::TooManyRequests, _) => vec![(SIGN_IN.to_owned(), "Go to sign-in")],
        (Code::PasswordChangeRequired, _) => vec![(ACCOUNT.to_owned(), "Choose a password")],
        _ => vec![(DASHBOARD.to_owned(), "Go to the dashboard")],
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
