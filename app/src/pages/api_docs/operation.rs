//! Operations of the OpenAPI document: parameters, body, responses, and an example with curl.

use std::fmt::Write;

use serde_json::Value;

use super::schema::Schema;

/// The order in which the operations of one path are shown.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The path that does the same as `POST /api/v1/tenants`. The page describes only the latter.
const ALIAS: &str = "/tenants";

/// A path with a method.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    document: &'a Value,
    value: &'a Value,
    item: &'a Value,
    pub(super) method: &'static str,
    pub(super) path: &'a str,
}

/// A parameter of the path, the query or a header.
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) place: &'a str,
    pub(super) required: bool,
    pub(super) meaning: &'a str,
    pub(super) schema: Schema<'a>,
}

/// A successful response.
pub(super) struct Answer<'a> {
    pub(super) status: &'a str,
    pub(super) meaning: &'a str,
    pub(super) schema: Option<Schema<'a>>,
}

impl<'a> Operation<'a> {
    /// The operations with this tag, except those of `ALIAS`.
    pub(super) fn tagged(document: &'a Value, tag: &str) -> Vec<Self> {
        let paths = document["paths"].as_object().into_iter().flatten();
        let all = paths.flat_map(|(path, item)| {
            let there = METHODS.into_iter().filter_map(|method| Some((method, item.get(method)?)));
            there.map(move |(method, value)| Self { document, value, item, method, path })
        });
        all.filter(|one| one.value["tags"][0] == tag && one.path != ALIAS).collect()
    }

    pub(super) fn id(self) -> &'a str {
        self.text("operationId")
    }

    pub(super) fn summary(self) -> &'a str {
        self.text("summary")
    }

    pub(super) fn description(self) -> &'a str {
        self.text("description")
    }

    pub(super) fn parameters(self) -> Vec<Parameter<'a>> {
        let of = |value: &'a Value| value["parameters"].as_array().into_iter().flatten();
        of(self.value).chain(of(self.item)).map(|value| self.parameter(value)).collect()
    }

    /// The schema of the JSON body.
    pub(super) fn body(self) -> Option<Schema<'a>> {
        self.json(&self.value["requestBody"])
    }

    /// The responses with a 2xx status.
    pub(super) fn answers(self) -> Vec<Answer<'a>> {
        let good = self.statuses().filter(|(status, _)| status.starts_with('2'));
        let answer = |(status, value): (&'a str, &'a Value)| {
            let meaning = value["description"].as_str().unwrap_or_default();
            Answer { status, meaning, schema: self.json(value) }
        };
        good.map(answer).collect()
    }

    /// The statuses of its refusals, each with the name of its response component in the document.
    pub(super) fn refusals(self) -> Vec<(&'a str, &'a str)> {
        let name = |value: &'a Value| value["$ref"].as_str()?.rsplit('/').next();
        self.statuses().filter_map(|(status, value)| Some((status, name(value)?))).collect()
    }

    /// The curl command for an example. `base` and `tenant` are the origins of the base host and of a tenant.
    pub(super) fn curl(self, base: &str, tenant: &str) -> String {
        let origin = if self.item.get("parameters").is_some() { tenant } else { base };
        let path = self.path.replace("{id}", "$ID");
        let mut text = match (self.method, self.body()) {
            ("get", _) | ("post", Some(_)) => format!("curl {origin}{path}"),
            (method, _) => format!("curl -X {} {origin}{path}", method.to_uppercase()),
        };
        if self.value.get("security").is_none() {
            text.push_str(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
        }
        if let Some(body) = self.body() {
            let _ = write!(text, " \\\n  --json '{:#}'", body.example());
        }
        if self.gives_a_file() {
            text.push_str(" \\\n  --remote-name --remote-header-name");
        }
        text
    }

    /// Whether the successful response is a file instead of JSON.
    fn gives_a_file(self) -> bool {
        let mut good = self.statuses().filter(|(status, _)| status.starts_with('2'));
        good.any(|(_, value)| value.get("content").is_some_and(|content| content.get("application/json").is_none()))
    }

    fn parameter(self, value: &'a Value) -> Parameter<'a> {
        let text = |name: &str| value[name].as_str().unwrap_or_default();
        Parameter {
            name: text("name"),
            place: text("in"),
            required: value["required"] == true,
            meaning: text("description"),
            schema: Schema::new(self.document, &value["schema"]),
        }
    }

    fn statuses(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.value["responses"].as_object().into_iter().flatten().map(|(status, value)| (status.as_str(), value))
    }

    fn json(self, of: &'a Value) -> Option<Schema<'a>> {
        of["content"].get("application/json").map(|content| Schema::new(self.document, &content["schema"]))
    }

    fn text(self, name: &str) -> &'a str {
        self.value[name].as_str().unwrap_or_default()
    }
}
