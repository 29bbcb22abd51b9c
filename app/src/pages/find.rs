//! `/find?name=` on the base host: from a workspace's name to its address. It lists nothing, and needs no script: the form
//! asks this same page, which answers with a redirect or with itself.

use backend::Backend;
use domain::{Fields, Problem, TenantName};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    answer, asked,
    components::{Field, Kept, SiteLayout},
    form::Summary,
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
    let parsed = name.trim().to_ascii_lowercase().parse::<TenantName>();
    let name = parsed.map_err(|why| Problem::invalid(Fields::one("name", why)))?;
    match backend.visit(&name) {
        Ok(visitor) => Ok(visitor.url()),
        // Its own host says better than this page what is the matter with a workspace that exists.
        Err(backend::Error::Suspended | backend::Error::Unavailable { .. }) => Ok(backend.base_url().tenant(&name)),
        Err(error) => Err(Problem::invalid(Fields::one("name", error.problem().sentence()))),
    }
}

#[component]
fn NotYet(value: String, #[prop(optional_no_strip)] problem: Option<Problem>, authority: String) -> impl IntoView {
    let error = problem.as_ref().and_then(|problem| problem.fields.get("name")).map(str::to_owned);
    let summary = problem.map(|problem| view! { <Summary refused="No workspace was found.".to_owned() problem /> });
    view! {
        <Title text="Find your workspace · Freehold" />
        <SiteLayout current="/find">
            <div class="stack wide narrow">
                <div class="stack">
                    <p class="folio">"Look up the register"</p>
                    <h1>"Find your workspace"</h1>
                    <p class="muted">"Give its name and we take you to its address."</p>
                </div>
                <div class="sheet">
                    <form class="form" method="get" action="/find" novalidate>
                        {summary}
                        <Field
                            name="name"
                            label="Workspace name"
                            hint=format!("The first part of its address: name.{authority}")
                            autocomplete="off"
                            kept=Kept { value, error }
                        />
                        <button class="button primary" type="submit">"Go to the workspace"</button>
                    </form>
                </div>
                <p class="muted">"Not there yet? "<a href="/sign-up">"Create a workspace"</a></p>
            </div>
        </SiteLayout>
    }
}
