//! One operation of the API as a sheet: its description, parameters and responses, with an example request and response.

use leptos::prelude::*;

use super::{
    operation::{Answer, Operation},
    parts::{answer_row, code, kind, parameter_row, prose, request_row, table},
};

/// The origin in the document's examples. The page replaces it with the origin that its own requests use.
const EXAMPLE_ORIGIN: &str = "https://acme.example.com";

/// Renders the sheet. `base` and `tenant` are the origins in the example.
pub(super) fn sheet(one: Operation<'_>, base: &str, tenant: &str) -> impl IntoView + use<> {
    let description =
        (!one.description().is_empty()).then(|| view! { <p class="prose">{prose(one.description())}</p> });
    let parameters = table("Parameters", one.parameters().iter().map(parameter_row).collect());
    let body = one.body().map(|schema| table("Body", schema.fields().iter().map(request_row).collect()));
    let answer = one.answers().into_iter().find_map(|answer| answer.schema);
    let answer =
        answer.map(|schema| code("Response", format!("{:#}", schema.example()).replace(EXAMPLE_ORIGIN, tenant)));
    view! {
        <section class="sheet stack operation" id=one.id().to_owned()>
            <div class="operation-title">
                <h3><a href=format!("#{}", one.id())>{one.summary().to_owned()}</a></h3>
                <p class="route">
                    <span class="method" data-method=one.method>{one.method.to_uppercase()}</span>
                    " "
                    <code>{one.path.to_owned()}</code>
                </p>
            </div>
            {description}
            {parameters}
            {body}
            {answers(one)}
            <div class="exchange">{code("Request", one.curl(base, tenant))} {answer}</div>
        </section>
    }
}

/// The responses: success with its fields, then the statuses of refusals.
fn answers(one: Operation<'_>) -> impl IntoView + use<> {
    let all = one.answers();
    let refusal =
        |(status, _): (&str, _)| view! { <li><a href=format!("#status-{status}")>{status.to_owned()}</a></li> };
    view! {
        <div class="answers">
            <ul class="answer-list">{all.iter().map(success).collect_view()}</ul>
            {all.iter().filter_map(fields).collect_view()}
            <div class="refused">
                <span>"Errors"</span>
                <ul class="status-list">{one.refusals().into_iter().map(refusal).collect_view()}</ul>
            </div>
        </div>
    }
}

fn success(answer: &Answer<'_>) -> impl IntoView + use<> {
    let named = answer.schema.filter(|schema| schema.name().is_some());
    let kind = named.map(|schema| view! { " " <span class="kind">{kind(&schema.kind())}</span> });
    view! { <li><strong class="status">{answer.status.to_owned()}</strong>" "{prose(answer.meaning)}{kind}</li> }
}

/// The fields of an answer, folded, because many operations answer with the same few types.
fn fields(answer: &Answer<'_>) -> Option<impl IntoView + use<>> {
    let schema = answer.schema?;
    let rows = schema.fields().iter().map(answer_row).collect();
    let label = schema.name().map_or_else(|| "Fields of the response".to_owned(), |name| format!("Fields of {name}"));
    Some(view! { <details class="fields"><summary>{label.clone()}</summary>{table(&label, rows)}</details> })
}
