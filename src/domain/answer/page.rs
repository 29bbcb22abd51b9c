//! `Page`: a part of a list, with the cursor for the next page.

use std::{borrow::Cow, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, schema::SchemaType, schema::Type},
};

/// A page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// The `cursor` for the next page. `None` on the last page.
    pub next: Option<String>,
}

/// The maximum number of items of a page: 1 to 100, by default 50.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit(u8);

/// The text is not a number from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Use a number from 1 to {}.", Limit::MAX.0)]
pub struct InvalidLimit;

impl Limit {
    /// The highest limit.
    pub const MAX: Self = Self(100);

    /// Returns the limit as a number.
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// Returns the limit plus one: the number of rows to read. An extra row means that there is a next page.
    pub fn one_more(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl FromStr for Limit {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, InvalidLimit> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()); // `parse` would also accept a sign
        let number: u8 = text.parse().map_err(|_| InvalidLimit)?;
        if digits && (1..=Self::MAX.0).contains(&number) { Ok(Self(number)) } else { Err(InvalidLimit) }
    }
}

impl<T> Page<T> {
    /// Makes a page from at most `limit` + 1 items. An extra item is dropped; it means that there is a next page. `cursor`
    /// makes the cursor of the next page from the last item of this page.
    pub fn of(mut items: Vec<T>, limit: Limit, cursor: impl FnOnce(&T) -> String) -> Self {
        let more = items.len() > limit.get();
        items.truncate(limit.get());
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next }
    }
}

impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
        let next = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
        let page = ObjectBuilder::new()
            .description(Some("A page of a list."))
            .property("items", items.description(Some("The items of this page.")))
            .property("next", next.description(Some("The `cursor` for the next page; null on the last page.")))
            .required("items")
            .required("next");
        RefOr::T(Schema::Object(page.build()))
    }
}

/// Written by hand, because the derived schema would contain all of `T` instead of a reference to it.
impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        all.push((T::name().into(), T::schema()));
        T::schemas(all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_next_one_only_where_there_is_more() {
        let limit: Limit = "2".parse().unwrap();
        let page = |items: Vec<u8>| Page::of(items, limit, ToString::to_string);
        assert_eq!(page(vec![1, 2]).next, None);
        let first = page(vec![1, 2, 3]);
        assert_eq!((first.items, first.next.as_deref()), (vec![1, 2], Some("2")));
    }

    #[test]
    fn a_limit_is_one_to_a_hundred() {
        for bad in ["0", "101", "-1", "", "ten", "1e2", " 10", "10 ", "+10"] {
            assert_eq!(bad.parse::<Limit>(), Err(InvalidLimit), "{bad}");
        }
        assert_eq!("100".parse::<Limit>(), Ok(Limit::MAX));
    }
}
