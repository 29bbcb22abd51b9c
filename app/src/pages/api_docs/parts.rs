//! Small parts of the API reference: text with inline code, links, code blocks, and tables of fields.

use leptos::prelude::*;

use super::{
    operation::Parameter,
    schema::{Field, Kind},
};
use crate::components::CopyButton;

/// A row of a table: name, a note such as "required", type and meaning.
pub(super) struct Row {
    name: String,
    note: &'static str,
    kind: AnyView,
    meaning: String,
}

/// Renders text in which backquotes mark inline code.
pub(super) fn prose(text: &str) -> impl IntoView + use<> {
    let part = |(index, part): (usize, &str)| {
        let part = part.to_owned();
        if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
    };
    text.split('`').enumerate().map(part).collect_view()
}

/// An entry of the table of contents.
pub(super) fn link(place: &str, words: &str) -> impl IntoView + use<> {
    view! { <li><a href=format!("#{place}")>{words.to_owned()}</a></li> }
}

/// A code block with a copy button.
pub(super) fn code(label: &'static str, text: String) -> impl IntoView {
    view! {
        <figure class="code copyable"><figcaption>{label}" "<CopyButton /></figcaption><pre>{text}</pre></figure>
    }
}

/// The type of a value, with a link if the type is described on the page.
pub(super) fn kind(of: &Kind<'_>) -> AnyView {
    match of {
        Kind::Plain(words) => words.clone().into_any(),
        Kind::Named(name) => view! { <a href=format!("#type-{name}")>{name.to_string()}</a> }.into_any(),
        Kind::List(item) => view! { "array of "{kind(item)} }.into_any(),
        Kind::OrNull(some) => view! { {kind(some)}" or null" }.into_any(),
    }
}

pub(super) fn parameter_row(parameter: &Parameter<'_>) -> Row {
    let note = match (parameter.place, parameter.required) {
        ("path", _) => "path",
        ("header", _) => "header",
        (_, true) => "required",
        (_, false) => "query",
    };
    Row { name: parameter.name.into(), note, kind: kind(&parameter.schema.kind()), meaning: parameter.meaning.into() }
}

/// A row for a field of a request. An optional field may always be null, so the row leaves "or null" out.
pub(super) fn request_row(field: &Field<'_>) -> Row {
    let some = match field.schema.kind() {
        Kind::OrNull(some) => *some,
        all => all,
    };
    Row { note: if field.required { "required" } else { "" }, kind: kind(&some), ..answer_row(field) }
}

pub(super) fn answer_row(field: &Field<'_>) -> Row {
    Row { name: field.name.into(), note: "", kind: kind(&field.schema.kind()), meaning: field.meaning.into() }
}

/// A table of fields. Renders nothing without rows.
pub(super) fn table(label: &str, rows: Vec<Row>) -> impl IntoView + use<> {
    let row = |Row { name, note, kind, meaning }| {
        let note = (!note.is_empty()).then(|| view! { " " <span class="note">{note}</span> });
        view! {
            <tr><th scope="row"><code>{name}</code>{note}</th><td class="kind">{kind}</td><td>{prose(&meaning)}</td></tr>
        }
    };
    (!rows.is_empty()).then(|| {
        view! {
            <table class="fields-table">
                <caption>{label.to_owned()}</caption>
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Type"</th><th scope="col">"Description"</th></tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
    })
}
