//! Owned rows. A value is read as the type that the caller asks for. If it does not fit, the error names the statement and the
//! column.

use std::str::FromStr;

use domain::{
    DisplayName, Email, NotedAction, NotedName, Role, SessionId, Storage, TenantId, TenantName, TenantState, UserId,
    Username,
};
use jiff::Timestamp;
use libsql::Value;

use super::{Result, StorageError};

/// Result of a statement: its rows, and how many rows it changed.
pub struct Rows {
    /// The rows.
    pub rows: Vec<Row>,
    /// How many rows the statement inserted, changed or removed.
    pub changes: u64,
}

/// One row. It does not borrow from its statement.
pub struct Row {
    sql: &'static str,
    values: Vec<Value>,
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// The value as this type. `None` means that it does not fit.
    fn from_value(value: &Value) -> Option<Self>;
}

impl Rows {
    /// The first row, if there is one.
    pub fn first(self) -> Option<Row> {
        self.rows.into_iter().next()
    }
}

impl Row {
    pub(crate) fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values }
    }

    /// All values of the row.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value of a column, counted from 0.
    pub fn get<T: Column>(&self, column: usize) -> Result<T> {
        let value = self.values.get(column);
        value.and_then(T::from_value).ok_or_else(|| self.wrong(column, value))
    }

    fn wrong(&self, column: usize, value: Option<&Value>) -> StorageError {
        let found = match value {
            None => "nothing: there is no such column",
            Some(Value::Null) => "NULL",
            Some(Value::Integer(_)) => "an integer that does not fit",
            Some(Value::Real(_)) => "a real",
            Some(Value::Text(_)) => "a text that does not fit",
            Some(Value::Blob(_)) => "a blob",
        };
        StorageError::Column { sql: self.sql, column, found: found.to_owned() }
    }
}

impl Column for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        value.as_integer().copied()
    }
}

impl Column for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        value.as_integer().and_then(|&integer| integer.try_into().ok())
    }
}

impl Column for u64 {
    fn from_value(value: &Value) -> Option<Self> {
        value.as_integer().and_then(|&integer| integer.try_into().ok())
    }
}

impl Column for bool {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(0) => Some(false),
            Value::Integer(1) => Some(true),
            _ => None,
        }
    }
}

/// Databases keep times as Unix milliseconds.
impl Column for Timestamp {
    fn from_value(value: &Value) -> Option<Self> {
        value.as_integer().and_then(|&millis| Self::from_millisecond(millis).ok())
    }
}

impl<T: Column> Column for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::from_value(value).map(Some) }
    }
}

macro_rules! parsed {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn from_value(value: &Value) -> Option<Self> {
                value.as_text().and_then(|text| <$type>::from_str(text).ok())
            }
        }
    )*};
}
parsed!(
    String,
    TenantId,
    UserId,
    SessionId,
    TenantName,
    Username,
    Email,
    Role,
    TenantState,
    DisplayName,
    NotedAction,
    NotedName,
    Storage
);
