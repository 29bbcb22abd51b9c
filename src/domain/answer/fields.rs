//! `Fields`: what is wrong with a form, field by field. All of it is collected before anything is said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message for each field (by its JSON name) that cannot be taken as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<String, String>);

impl Fields {
    /// One field with its message.
    pub fn one(field: &str, message: impl ToString) -> Self {
        Self(BTreeMap::from([(field.to_owned(), message.to_string())]))
    }

    /// The parsed value; or none, with the reason kept under the field's name.
    pub fn take<T, E: ToString>(&mut self, field: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|why| self.0.insert(field.to_owned(), why.to_string())).ok()
    }

    /// The message for a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
