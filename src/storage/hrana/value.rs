//! Converts statements, values and rows to the wire format and back. It also counts parameters, because the server does not: it
//! takes a missing one as NULL.

use std::borrow::Cow;

use libsql::Value;
use libsql_hrana::proto::{self, Stmt, StmtResult};

use crate::{Result, Row, Rows, StorageError};

/// A statement with its parameters, in order. Returns an error if it takes another number of them.
pub(super) fn statement(sql: impl Into<Cow<'static, str>>, params: Vec<Value>) -> Result<Stmt> {
    let sql = sql.into();
    let takes = placeholders(&sql);
    if let Some(takes) = takes.filter(|&takes| takes != params.len()) {
        let sql = if let Cow::Borrowed(sql) = sql { sql } else { "a statement made at run time" };
        return Err(StorageError::Parameters { sql, takes, given: params.len() });
    }
    let mut statement = Stmt::new(sql, true);
    statement.args = params.into_iter().map(to_wire).collect::<Result<_>>()?;
    Ok(statement)
}

/// The rows of a result, and how many rows the statement changed.
pub(super) fn rows(sql: &'static str, result: StmtResult) -> Result<Rows> {
    let row = |row: proto::Row| Ok(Row::new(sql, values(row)?));
    Ok(Rows { rows: result.rows.into_iter().map(row).collect::<Result<_>>()?, changes: result.affected_row_count })
}

/// The values of a row.
pub(super) fn values(row: proto::Row) -> Result<Vec<Value>> {
    row.values.into_iter().map(from_wire).collect()
}

fn to_wire(value: Value) -> Result<proto::Value> {
    Ok(match value {
        Value::Null => proto::Value::Null,
        Value::Integer(value) => proto::Value::Integer { value },
        Value::Real(value) if value.is_nan() => proto::Value::Null, // SQLite does the same
        Value::Real(value) if value.is_infinite() => {
            return Err(StorageError::Other { code: "INFINITE".into(), message: "JSON has no infinite number".into() });
        }
        Value::Real(value) => proto::Value::Float { value },
        Value::Text(value) => proto::Value::Text { value: value.into() },
        Value::Blob(value) => proto::Value::Blob { value: value.into() },
    })
}

fn from_wire(value: proto::Value) -> Result<Value> {
    Ok(match value {
        proto::Value::Null => Value::Null,
        proto::Value::Integer { value } => Value::Integer(value),
        proto::Value::Float { value } => Value::Real(value),
        proto::Value::Text { value } => Value::Text(value.as_ref().to_owned()),
        proto::Value::Blob { value } => Value::Blob(value.into()),
        proto::Value::None => return Err(StorageError::Unusable("a value of no type".into())),
    })
}

/// How many parameters a statement takes, counted by its `?` and `?1`. `None` means that some have names. Strings, quoted names
/// and comments are skipped.
fn placeholders(sql: &str) -> Option<usize> {
    let (mut rest, mut most) = (sql, 0);
    while let Some(at) = rest.find(['\'', '"', '`', '[', '-', '/', '?', ':', '@', '$']) {
        let (first, after) = rest[at..].split_at(1);
        rest = match first {
            "'" | "\"" | "`" => past(after, first),
            "[" => past(after, "]"),
            "-" if after.starts_with('-') => past(after, "\n"),
            "/" if after.starts_with('*') => past(&after[1..], "*/"),
            "?" => {
                let digits = after.len() - after.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
                most = after[..digits].parse().map_or(most + 1, |number: usize| most.max(number));
                &after[digits..]
            }
            ":" | "@" | "$" => return None,
            _ => after,
        };
    }
    Some(most)
}

fn past<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_and_what_is_quoted_is_none() {
        for (sql, takes) in [
            ("SELECT 1", Some(0)),
            ("SELECT ?, ?", Some(2)),
            ("SELECT ?1, ?2, ?1", Some(2)),
            ("SELECT ?3, ?", Some(4)),
            ("SELECT '?''?', \"?\", `?`, [?], ?1 -- ?2\n, ?2 /* ?3 */ - 1 / 2", Some(2)),
            ("SELECT :name", None),
            ("SELECT 'never ends ?", Some(0)),
        ] {
            assert_eq!(placeholders(sql), takes, "{sql}");
        }
        assert!(matches!(statement("SELECT ?1", vec![]), Err(StorageError::Parameters { takes: 1, given: 0, .. })));
        assert!(matches!(
            statement("SELECT 1".to_owned(), vec![Value::Null]),
            Err(StorageError::Parameters { takes: 0, given: 1, .. })
        ));
    }

    #[test]
    fn a_value_comes_back_as_it_went() {
        let sent = [
            Value::Null,
            Value::Integer(i64::MIN),
            Value::Integer(i64::MAX),
            Value::Real(-0.1),
            Value::Real(1.0),
            Value::Text("ä\"\\\n\u{1}🏠".into()),
            Value::Blob(vec![]),
            Value::Blob(vec![0, 255, 7]),
            Value::Blob(vec![1; 5]),
        ];
        for value in sent {
            let wire = serde_json::to_vec(&to_wire(value.clone()).unwrap()).unwrap();
            assert_eq!(from_wire(serde_json::from_slice(&wire).unwrap()).unwrap(), value);
        }
        assert_eq!(from_wire(to_wire(Value::Real(f64::NAN)).unwrap()).unwrap(), Value::Null);
        assert!(to_wire(Value::Real(f64::INFINITY)).is_err());
    }

    #[test]
    fn blobs_are_read_with_padding_and_without() {
        for text in ["aGk", "aGk="] {
            let wire = format!(r#"{{"type":"blob","base64":"{text}"}}"#);
            assert_eq!(from_wire(serde_json::from_str(&wire).unwrap()).unwrap(), Value::Blob(b"hi".into()));
        }
    }
}
