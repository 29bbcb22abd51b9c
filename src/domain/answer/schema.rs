//! How our text types look in the API's description: strings, with a format or the most characters they may have.

use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema, SchemaFormat,
    schema::{SchemaType, Type},
};

/// A string, with what one could be.
pub(crate) fn text(longest: Option<usize>, format: Option<&str>, example: &str) -> RefOr<Schema> {
    let format = format.map(|format| SchemaFormat::Custom(format.to_owned()));
    let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).format(format).max_length(longest);
    RefOr::T(Schema::Object(text.examples([example]).build()))
}
