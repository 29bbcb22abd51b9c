//! Parts of responses: a problem with its fields, and a page of a list. Also the OpenAPI schema of the text types.

mod fields;
mod page;
mod problem;
pub(crate) mod schema;

pub use fields::Fields;
pub use page::{InvalidLimit, Limit, Page};
pub use problem::{Code, Problem};
