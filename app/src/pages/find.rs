//! `/find?name=` on the base host: from a workspace's name to its address. It lists nothing, and needs no script: the form
//! asks this same page, which answers with a redirect or with itself.

use backend::Backend;
use domain::{Fields, Problem, TenantName};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    answer, asked,
    components::{Field, Kept, PageTitle, Plan, SiteLayout},
};

/// The page, unless it leads on.
#[component]
pub fn Find() -> impl IntoView {
    let asked_for = use_query_map().read_untracked().get("name");
    asked::backend().ok().map(|backend| {
        let found = asked_for.as_deref().map(|name| find(&backend, name));
        if let Some(Ok(url)) = &found {
            answer::see_other(url);
        }
        let problem = found.and_then(Result::err);
        view! { <NotYet value=asked_for.unwrap_or_default() problem authority=backend.base_url().authority() /> }
    })
}

/// The workspace's address, or what is wrong with the name.
fn find(backend: &Backend, name: &str) -> Result<String, Problem> {
    let parsed = first_label(name, &backend.base_url().authority()).parse::<TenantName>();
    let name = parsed.map_err(|why| Problem::invalid(Fields::one("name", why)))?;
    match backend.visit(&name) {
        Ok(visitor) => Ok(visitor.url()),
        // Its own host says better than this page what is the matter with a workspace that exists.
        Err(backend::Error::Suspended | backend::Error::Unavailable { .. }) => Ok(backend.base_url().tenant(&name)),
        Err(error) => Err(Problem::invalid(Fields::one("name", error.problem().sentence()))),
    }
}

/// The name in what was typed or pasted: a name, or an address with it.
fn first_label(text: &str, authority: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    let address = text.split_once("://").map_or(&*text, |(_, rest)| rest);
    let host = address.split('/').next().unwrap_or_default();
    host.strip_suffix(authority).and_then(|name| name.strip_suffix('.')).unwrap_or(host).to_owned()
}

#[component]
fn NotYet(value: String, #[prop(optional_no_strip)] problem: Option<Problem>, authority: String) -> impl IntoView {
    let error = problem.and_then(|problem| problem.fields.get("name").map(str::to_owned));
    let title = if error.is_some() { "No workspace was found" } else { "Find your workspace" };
    let open = asked::sign_up_is_open();
    view! {
        <PageTitle text=format!("{title} · Freehold") />
        <SiteLayout current="/find" open>
            <div class="split form-first">
                <div class="stack wide">
                    <div class="stack">
                        <p class="folio">"Look up the register"</p>
                        <h1>"Find your workspace"</h1>
                        <p class="muted">"Give its name, and we take you to its address."</p>
                    </div>
                    <div class="sheet"><Question kept=Kept { value, error } authority=authority.clone() /></div>
                    {open
                        .then(|| view! { <p class="muted">"None yet? "<a href="/sign-up">"Create a workspace"</a></p> })}
                </div>
                <Plan street=authority.clone() caption=("Each lot is one workspace".to_owned(), authority) />
            </div>
        </SiteLayout>
    }
}

/// One field; what is wrong is said beside it, and nowhere twice.
#[component]
fn Question(kept: Kept, authority: String) -> impl IntoView {
    view! {
        <form class="form" method="get" action="/find" novalidate>
            <Field
                name="name"
                label="Workspace name"
                hint=format!("Or its whole address, such as name.{authority}")
                autocomplete="off"
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
