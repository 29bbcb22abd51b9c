//! The parts that the operations share: the types in responses, and the statuses of refusals.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use serde_json::Value;

use super::{
    operation::Operation,
    parts::{answer_row, code, prose, table},
    schema::Schema,
};

/// The section of the types in responses. The types of request bodies are described with their operations.
pub(super) fn types(api: &Value, operations: &[Operation<'_>]) -> impl IntoView + use<> {
    let one = |(name, schema): (&str, Schema<'_>)| {
        let words = schema.words();
        let words = words.iter().map(|word| view! { <li><code>{word.to_string()}</code></li> }).collect_view();
        let words = (!schema.words().is_empty()).then(|| view! { <ul class="words">{words}</ul> });
        view! {
            <section class="stack type" id=format!("type-{name}")>
                <h3>{name.to_owned()}</h3>
                <p>{prose(schema.meaning())}</p>
                {words}
                {table("Fields", schema.fields().iter().map(answer_row).collect())}
            </section>
        }
    };
    let bodies: BTreeSet<_> = operations.iter().filter_map(|one| one.body()?.name()).collect();
    let answers = Schema::all(api).filter(|(name, _)| !bodies.contains(name));
    view! {
        <section class="stack wide" id="types"><h2>"Types"</h2>{answers.map(one).collect_view()}</section>
    }
}

/// The section of the error statuses, with the meaning of each.
pub(super) fn refusals(api: &Value, operations: &[Operation<'_>]) -> impl IntoView + use<> {
    let all: BTreeMap<_, _> = operations.iter().flat_map(|one| one.refusals()).collect();
    let example = format!("{:#}", Schema::new(api, &api["components"]["schemas"]["Problem"]).example());
    let row = |(status, name): (&str, &str)| {
        let meaning = api["components"]["responses"][name]["description"].as_str().unwrap_or_default();
        view! { <div id=format!("status-{status}")><dt class="status">{status.to_owned()}</dt><dd>{prose(meaning)}</dd></div> }
    };
    view! {
        <section class="stack" id="refusals">
            <h2>"Status codes"</h2>
            <p class="prose">"The body of an error is a "<a href="#type-Problem">"Problem"</a>", such as"</p>
            {code("Response", example)}
            <div class="sheet"><dl class="register">{all.into_iter().map(row).collect_view()}</dl></div>
        </section>
    }
}
