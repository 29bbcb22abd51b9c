//! `/api/docs`: the API reference, for reading and printing. The server calls it with the same OpenAPI document that it serves.
//! The whole page is made from that document, so both always agree. The page loads nothing from other hosts, and its only
//! script is for the copy buttons.

mod operation;
mod parts;
mod reference;
mod schema;
mod sheet;

use leptos::prelude::*;
use serde_json::Value;

use crate::{
    ProblemPlace,
    components::{SiteLayout, WorkspaceLayout, copy_script},
    document::{PageContext, document},
    paths::OPENAPI,
};
use operation::Operation;
use parts::{link, prose};

/// The workspace in the examples on the base host, where the request names none.
const EXAMPLE: &str = "acme";

/// Renders the whole document, for the base host or for a tenant's host.
#[must_use]
pub fn api_docs_page(api: &Value, page: &PageContext, place: ProblemPlace<'_>) -> String {
    Owner::new().with(|| {
        let title = view! { <title>{title_of(place)}</title> };
        match place {
            ProblemPlace::Site { base_url, open } => {
                let tenant = EXAMPLE.parse().map(|name| base_url.tenant(&name)).unwrap_or_default();
                let docs = docs(api, page, &base_url.to_string(), &tenant);
                document(page.assets, None, title, view! { <SiteLayout open>{docs}</SiteLayout> }).to_html()
            }
            ProblemPlace::Workspace(visitor, user) => {
                let docs = docs(api, page, &visitor.base_url().to_string(), &visitor.url());
                let body =
                    view! { <WorkspaceLayout visitor=visitor.clone() user=user.cloned()>{docs}</WorkspaceLayout> };
                document(page.assets, Some(visitor), title, body).to_html()
            }
        }
    })
}

/// The page's title, with the name of the workspace or of Freehold.
fn title_of(place: ProblemPlace<'_>) -> String {
    match place {
        ProblemPlace::Site { .. } => "API reference · Freehold".to_owned(),
        ProblemPlace::Workspace(visitor, _) => format!("API reference · {}", visitor.display_name()),
    }
}

/// The content of the page. `base` and `tenant` are the origins in the examples.
fn docs(api: &Value, page: &PageContext, base: &str, tenant: &str) -> impl IntoView + use<> {
    let info = &api["info"];
    let guide = Guide::of(info["description"].as_str().unwrap_or_default());
    let tags: Vec<_> = api["tags"].as_array().into_iter().flatten().map(|tag| Tag::of(api, tag)).collect();
    let operations: Vec<_> = tags.iter().flat_map(|tag| &tag.operations).copied().collect();
    let folio = format!("Version {} · OpenAPI {}", text(info, "version"), text(api, "openapi"));
    view! {
        {copy_script(page)}
        <div class="docs">
            <div class="docs-title stack">
                <p class="folio">{folio}</p>
                <h1>"API reference"</h1>
                <p class="lead prose">{prose(guide.lead)}</p>
                <p><a class="button" href=OPENAPI>"openapi.json"</a></p>
            </div>
            {contents(&guide, &tags)}
            <div class="docs-body">
                {guide.sections.iter().map(guide_section).collect_view()}
                {tags.iter().map(|tag| tag_section(tag, base, tenant)).collect_view()}
                {reference::types(api, &operations)}
                {reference::refusals(api, &operations)}
            </div>
        </div>
    }
}

/// The text before the operations: a lead, then sections with a heading each.
struct Guide<'a> {
    lead: &'a str,
    sections: Vec<(&'a str, Vec<&'a str>)>,
}

impl<'a> Guide<'a> {
    fn of(description: &'a str) -> Self {
        let mut parts = description.split("\n## ");
        let lead = parts.next().unwrap_or_default().trim();
        let section = |part: &'a str| {
            let (heading, rest) = part.split_once('\n').unwrap_or((part, ""));
            (heading, rest.trim().split("\n\n").collect())
        };
        Self { lead, sections: parts.map(section).collect() }
    }
}

/// A tag with its operations.
struct Tag<'a> {
    name: &'a str,
    meaning: &'a str,
    operations: Vec<Operation<'a>>,
}

impl<'a> Tag<'a> {
    fn of(api: &'a Value, tag: &'a Value) -> Self {
        let name = text(tag, "name");
        Self { name, meaning: text(tag, "description"), operations: Operation::tagged(api, name) }
    }
}

/// The table of contents. It is open beside the page on a wide screen, and folded above it on a narrow one.
fn contents(guide: &Guide<'_>, tags: &[Tag<'_>]) -> impl IntoView + use<> {
    let section = |(heading, _): &(&str, _)| link(&slug(heading), heading);
    let tag = |tag: &Tag<'_>| {
        let operations = tag.operations.iter().map(|one| link(one.id(), one.summary()));
        view! {
            <li>
                <a href=format!("#{}", tag.name)>{title(tag.name)}</a>
                <ul class="toc-part">{operations.collect_view()}</ul>
            </li>
        }
    };
    view! {
        <details class="toc">
            <summary>"Contents"</summary>
            <nav aria-label="Contents" tabindex="0">
                <ul class="toc-list">
                    {guide.sections.iter().map(section).collect_view()} {tags.iter().map(tag).collect_view()}
                    {link("types", "Types")} {link("refusals", "Status codes")}
                </ul>
            </nav>
        </details>
    }
}

fn guide_section((heading, paragraphs): &(&str, Vec<&str>)) -> impl IntoView + use<> {
    let paragraphs = paragraphs.iter().map(|text| view! { <p>{prose(text)}</p> }).collect_view();
    view! { <section class="stack prose" id=slug(heading)><h2>{heading.to_string()}</h2>{paragraphs}</section> }
}

fn tag_section(tag: &Tag<'_>, base: &str, tenant: &str) -> impl IntoView + use<> {
    let operations = tag.operations.iter().map(|one| sheet::sheet(*one, base, tenant)).collect_view();
    view! {
        <section class="stack wide" id=tag.name.to_owned()>
            <div class="stack tag-title"><h2>{title(tag.name)}</h2><p class="muted">{prose(tag.meaning)}</p></div>
            {operations}
        </section>
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// A word with a capital first letter: the tag `users` has the heading `Users`.
fn title(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A heading as an id for links on the page.
fn slug(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}
