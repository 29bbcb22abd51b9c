//! `/find?name=` on the base host: from a workspace's name to its address. It has no list of workspaces and needs no script.
//! The form sends a GET to this page, which responds with a redirect or with itself.

use backend::Backend;
use domain::{Code, Fields, InvalidTenantName, Problem, TenantName};
use leptos::prelude::*;

use crate::{
    UiError,
    components::{Field, Kept, PageTitle, SiteLayout},
    paths::{FIND, SIGN_UP},
    request::{
        context,
        response::{see_other, status_of},
    },
};

/// The page. It redirects if the name was found.
#[component]
pub fn Find() -> impl IntoView {
    let asked_for = context::query("name");
    context::backend().ok().map(|backend| {
        let found = asked_for.as_deref().map(|name| find(&backend, name));
        if let Some(Ok(url)) = &found {
            see_other(url);
        }
        let problem = found.and_then(Result::err);
        view! { <NotYet value=asked_for.unwrap_or_default() problem authority=backend.base_url().authority() /> }
    })
}

/// The workspace's address, or the problem with the name.
fn find(backend: &Backend, name: &str) -> Result<String, Problem> {
    if let Err(UiError(problem)) = context::client().and_then(|client| Ok(backend.may_look_up(&client)?)) {
        status_of(&problem);
        let fields = Fields::one("name", problem.sentence());
        return Err(Problem { fields, ..problem });
    }
    let label = first_label(name, &backend.base_url().authority());
    let name = label.parse::<TenantName>().map_err(|why| Problem::invalid(Fields::one("name", told(&label, why))))?;
    match backend.visit(&name) {
        Ok(visitor) => Ok(visitor.url()),
        // The workspace exists but is suspended or unavailable. Its own host explains that better than this page can.
        Err(backend::Error::Suspended | backend::Error::Unavailable { .. }) => Ok(backend.base_url().tenant(&name)),
        Err(error) => Err(Problem::invalid(Fields::one("name", error.problem().sentence()))),
    }
}

/// Why the text is not a workspace's name, in words for a user who looks for a workspace. `InvalidTenantName` speaks to one
/// who names a new one.
fn told(label: &str, why: InvalidTenantName) -> String {
    match why {
        InvalidTenantName::Empty => "Enter the workspace’s name or its address.".to_owned(),
        _ if label.contains('@') => "Enter the workspace’s name, not an email address.".to_owned(),
        _ => "No workspace has such a name. A name has lower-case letters, digits and dashes only.".to_owned(),
    }
}

/// The name in the typed or pasted text, which is a name or an address that contains it.
fn first_label(text: &str, authority: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    let address = text.split_once("://").map_or(&*text, |(_, rest)| rest);
    let host = address.split('/').next().unwrap_or_default();
    host.strip_suffix(authority).and_then(|name| name.strip_suffix('.')).unwrap_or(host).to_owned()
}

#[component]
fn NotYet(value: String, #[prop(optional_no_strip)] problem: Option<Problem>, authority: String) -> impl IntoView {
    let is_refused = problem.as_ref().is_some_and(|problem| problem.code == Code::TooManyRequests);
    let error = problem.and_then(|problem| problem.fields.get("name").map(str::to_owned));
    let title = if error.is_some() && !is_refused { "Workspace not found" } else { "Find your workspace" };
    let open = context::sign_up_is_open();
    view! {
        <PageTitle text=format!("{title} · Freehold") />
        <SiteLayout current=FIND open>
            <div class="stack wide narrow centred">
                    <div class="stack">
                        <h1>"Find your workspace"</h1>
                        <p class="muted">"Enter its name to go to its address."</p>
                    </div>
                    <div class="sheet"><Question kept=Kept { value, error } authority /></div>
                    <p class="muted">"Forgot the name? It is in the address that you were sent. A colleague can tell you."</p>
                    {open
                        .then(|| view! { <p class="muted">"No workspace yet? "<a href=SIGN_UP>"Create a workspace"</a></p> })}
            </div>
        </SiteLayout>
    }
}

/// The form. It has one field, and the error is shown only beside it.
#[component]
fn Question(kept: Kept, authority: String) -> impl IntoView {
    view! {
        <form class="form" method="get" action=FIND novalidate>
            <Field
                name="name"
                label="Workspace name"
                hint=format!("Or its address, such as name.{authority}")
                autocomplete="off"
                first=kept.error.is_none()
                kept
            />
            <button class="button primary" type="submit">"Go to the workspace"</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_whatever_address_was_pasted() {
        for text in [
            "acme",
            " Acme ",
            "acme.localhost:3000",
            "http://acme.localhost:3000/account",
            "HTTP://ACME.localhost:3000",
        ] {
            assert_eq!(first_label(text, "localhost:3000"), "acme", "{text}");
        }
        assert_eq!(first_label("acme.example", "localhost:3000"), "acme.example");
    }
}
