//! The product's tables: how their rows become values, and the text that a search looks at.

pub(crate) mod search;
pub(crate) mod user;
