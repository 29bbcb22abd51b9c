//! Answers of every kind: a problem with its fields, and a page of a list. Also how text types look in the API's description.

mod fields;
mod page;
mod problem;
pub(crate) mod schema;

pub use fields::Fields;
pub use page::{InvalidLimit, Limit, Page};
pub use problem::{Code, Problem};
