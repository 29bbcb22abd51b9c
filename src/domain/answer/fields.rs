//! `Fields`: the error messages of a form, by field. All of them are collected before the form is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message for each field (by its JSON name) that cannot be taken as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<String, String>);

impl Fields {
    /// Makes `Fields` with one field and its message.
    pub fn one(field: &str, message: impl ToString) -> Self {
        Self(BTreeMap::from([(field.to_owned(), message.to_string())]))
    }

    /// Returns the parsed value. If parsing failed, it returns `None` and stores the reason as the field's message.
    pub fn take<T, E: ToString>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|why| self.0.insert(field.to_owned(), why.to_string())).ok()
    }

    /// Returns the message for a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// Whether no field has a message.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
