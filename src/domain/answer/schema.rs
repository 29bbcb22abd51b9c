//! The OpenAPI schema of the text types: a string with an optional format and an optional maximum length.

use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema, SchemaFormat,
    schema::{SchemaType, Type},
};

/// Returns the schema of a string, with an example.
pub(crate) fn text(longest: Option<usize>, format: Option<&str>, example: &str) -> RefOr<Schema> {
    let format = format.map(|format| SchemaFormat::Custom(format.to_owned()));
    let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).format(format).max_length(longest);
    RefOr::T(Schema::Object(text.examples([example]).build()))
}
