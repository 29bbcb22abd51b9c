//! Schemas of the OpenAPI document, prepared for readers: the fields, their types, and an example value.

use serde_json::{Map, Value, json};

/// A schema, with the document in which its references are resolved.
#[derive(Clone, Copy)]
pub(super) struct Schema<'a> {
    document: &'a Value,
    value: &'a Value,
}

/// A field of an object.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) required: bool,
    pub(super) meaning: &'a str,
    pub(super) schema: Schema<'a>,
}

/// The type of a value.
pub(super) enum Kind<'a> {
    /// A simple type, described in a few words.
    Plain(String),
    /// A type with a section of its own.
    Named(&'a str),
    /// A list of this type.
    List(Box<Self>),
    /// This type or null.
    OrNull(Box<Self>),
}

impl<'a> Schema<'a> {
    pub(super) fn new(document: &'a Value, value: &'a Value) -> Self {
        Self { document, value }
    }

    /// The types that may have a section of their own: objects and enums.
    pub(super) fn all(document: &'a Value) -> impl Iterator<Item = (&'a str, Self)> {
        let all = document["components"]["schemas"].as_object().into_iter().flatten();
        all.map(move |(name, value)| (name.as_str(), Self::new(document, value))).filter(|(_, schema)| schema.is_told())
    }

    /// The name of the referenced type. `None` means the schema is written out in place.
    pub(super) fn name(self) -> Option<&'a str> {
        self.value["$ref"].as_str()?.rsplit('/').next()
    }

    /// The description at the place of use. For `oneOf: [null, something]` it is the description of `something`.
    pub(super) fn meaning(self) -> &'a str {
        self.or_null().unwrap_or(self).value["description"].as_str().unwrap_or_default()
    }

    /// The values of an enum.
    pub(super) fn words(self) -> Vec<&'a str> {
        self.resolved().value["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The fields of an object, required ones first.
    pub(super) fn fields(self) -> Vec<Field<'a>> {
        let Self { document, value } = self.resolved();
        let required = |name: &str| value["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let all = value["properties"].as_object().into_iter().flatten();
        let field = all.map(|(name, value)| {
            let schema = Self::new(document, value);
            Field { name, required: required(name), meaning: schema.meaning(), schema }
        });
        let mut fields: Vec<_> = field.collect();
        fields.sort_by_key(|field| !field.required);
        fields
    }

    pub(super) fn kind(self) -> Kind<'a> {
        if let Some(inner) = self.or_null() {
            return Kind::OrNull(Box::new(inner.kind()));
        }
        match (self.name(), self.resolved()) {
            (Some(name), there) if there.is_told() => Kind::Named(name),
            (_, there) if there.is("array") => Kind::List(Box::new(there.items().kind())),
            (_, there) => {
                let words = Kind::Plain(there.in_words());
                if there.is("null") { Kind::OrNull(Box::new(words)) } else { words }
            }
        }
    }

    /// An example value.
    pub(super) fn example(self) -> Value {
        let there = self.or_null().unwrap_or(self).resolved();
        let given = there.value.get("example").or_else(|| there.value["examples"].get(0));
        given.cloned().unwrap_or_else(|| there.made_up())
    }

    fn made_up(self) -> Value {
        match self.value["format"].as_str() {
            Some("date-time") => return json!("2026-09-01T09:30:00Z"),
            Some("uuid") => return json!("0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b"),
            _ => {}
        }
        if let Some(word) = self.words().first() {
            return json!(word);
        }
        match self.value["properties"].as_object() {
            Some(_) => self
                .fields()
                .iter()
                .map(|field| (field.name.to_owned(), field.schema.example()))
                .collect::<Map<_, _>>()
                .into(),
            None if self.is("array") => json!([self.items().example()]),
            None if self.is("boolean") => json!(false),
            None if self.is("integer") => json!(50),
            None if self.is("object") => json!({}),
            None => json!("…"),
        }
    }

    /// Follows a reference.
    fn resolved(self) -> Self {
        let there = self.name().and_then(|name| self.document["components"]["schemas"].get(name));
        there.map_or(self, |value| Self { value, ..self })
    }

    /// The schema `something` in `oneOf: [null, something]`.
    fn or_null(self) -> Option<Self> {
        let some = self.value["oneOf"].as_array()?.iter().find(|one| one["type"] != "null")?;
        Some(Self { value: some, ..self })
    }

    fn items(self) -> Self {
        Self { value: &self.value["items"], ..self }
    }

    fn is_told(self) -> bool {
        self.value.get("properties").is_some() || self.value.get("enum").is_some()
    }

    fn is(self, kind: &str) -> bool {
        match &self.value["type"] {
            Value::Array(kinds) => kinds.iter().any(|one| one == kind),
            one => one == kind,
        }
    }

    fn in_words(self) -> String {
        let number = |name: &str| self.value[name].as_u64();
        match self.value["format"].as_str() {
            Some("uuid") => "id".to_owned(),
            Some("date-time") => "time".to_owned(),
            Some("email") => "email address".to_owned(),
            Some("password") => "string (password)".to_owned(),
            _ if self.is("boolean") => "boolean".to_owned(),
            _ if self.is("integer") => match (number("minimum"), number("maximum")) {
                (Some(least), Some(most)) => format!("number, {least} to {most}"),
                _ => "number".to_owned(),
            },
            _ if self.is("object") => "object of strings".to_owned(),
            _ => number("maxLength")
                .map_or_else(|| "string".to_owned(), |most| format!("string, up to {most} characters")),
        }
    }
}
