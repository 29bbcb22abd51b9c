//! Why a statement failed, with libsql-server's messages and codes. Its codes are the primary ones of SQLite.

use axum::http::StatusCode;
use libsql_hrana::proto;

use crate::refusal::Refusal;

/// An error of one statement or one request of a stream. The stream stays open.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// SQLite's own code, if SQLite failed.
    sqlite: Option<i32>,
    code: &'static str,
    message: String,
}

/// SQLite's code for a lock that another connection holds.
const BUSY: i32 = 5;
/// SQLite's code for a lock that another connection holds while it recovers the WAL.
const BUSY_RECOVERY: i32 = 261;
/// Not a code of the server: the server reports this error without a code.
const NOT_UTF8: &str = "NOT_UTF8";

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { sqlite: None, code, message: message.into() }
    }

    /// The error for a statement that could not be run.
    pub(crate) fn running(error: libsql::Error) -> Self {
        match error {
            libsql::Error::SqliteFailure(code, message) => Self::sqlite(code, &message),
            error => Self::sqlite(1, &error.to_string()),
        }
    }

    /// The error for a statement that could not be prepared. If SQLite knows the position in the text, the message contains it.
    pub(crate) fn preparing(error: libsql::Error, sql: &str) -> Self {
        match error {
            libsql::Error::SqliteFailure(1, message) => match offset(&message, sql) {
                Some(at) => Self::new("SQL_INPUT_ERROR", format!("SQL input error: {message} (at offset {at})")),
                None => Self::sqlite(1, &message),
            },
            error => Self::running(error),
        }
    }

    pub(crate) fn sqlite(code: i32, message: &str) -> Self {
        Self { sqlite: Some(code), ..Self::new(name(code), format!("SQLite error: {message}")) }
    }

    pub(crate) fn parsing(why: &str) -> Self {
        Self::new("SQL_PARSE_ERROR", format!("SQL string could not be parsed: {why}"))
    }

    pub(crate) fn args(why: &str) -> Self {
        Self::new("ARGS_INVALID", format!("Arguments do not match SQL parameters: {why}"))
    }

    pub(crate) fn blocked(reason: Option<&str>) -> Self {
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        Self::new("BLOCKED", format!("Operation was blocked{reason}"))
    }

    pub(crate) fn timed_out() -> Self {
        Self::new("TRANSACTION_TIMEOUT", "Transaction timed out")
    }

    pub(crate) fn too_large() -> Self {
        Self::new("RESPONSE_TOO_LARGE", "Response is too large")
    }

    /// The error for a value that cannot be sent. The server refuses the whole request because of it.
    pub(crate) fn not_utf8() -> Self {
        Self::new(NOT_UTF8, "invalid utf-8 sequence of 1 bytes from index 0")
    }

    pub(crate) fn too_big() -> Self {
        Self::sqlite(18, "string or blob too big")
    }

    pub(crate) fn full() -> Self {
        Self::sqlite(13, "database or disk is full")
    }

    pub(crate) fn corrupt() -> Self {
        Self::sqlite(11, "database disk image is malformed")
    }

    /// Whether another connection is writing, so that a retry may help.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self.sqlite, Some(BUSY | BUSY_RECOVERY))
    }

    /// Whether the program ends here and does not go on with its next step.
    pub(crate) fn ends_program(&self) -> bool {
        ["RESPONSE_TOO_LARGE", NOT_UTF8].contains(&self.code)
    }

    /// The answer to the whole request, if this failure refuses it.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        (self.code == NOT_UTF8).then(|| Refusal::error(StatusCode::INTERNAL_SERVER_ERROR, &*self.message))
    }
}

impl From<Failure> for proto::Error {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message, code: failure.code.into() }
    }
}

/// The position in the text of the name that a message is about.
fn offset(message: &str, sql: &str) -> Option<usize> {
    let between = [
        ("no such column: ", ""),
        ("no such function: ", ""),
        ("ambiguous column name: ", ""),
        ("table ", " already exists"),
        ("view ", " already exists"),
        ("wrong number of arguments to function ", "()"),
        ("near \"", "\": syntax error"),
    ];
    let name = between.iter().find_map(|(before, after)| message.strip_prefix(before)?.strip_suffix(after))?;
    sql.find(name)
}

fn name(code: i32) -> &'static str {
    match code & 0xff {
        2 => "SQLITE_INTERNAL",
        3 => "SQLITE_PERM",
        4 => "SQLITE_ABORT",
        BUSY => "SQLITE_BUSY",
        6 => "SQLITE_LOCKED",
        7 => "SQLITE_NOMEM",
        8 => "SQLITE_READONLY",
        9 => "SQLITE_INTERRUPT",
        10 => "SQLITE_IOERR",
        11 => "SQLITE_CORRUPT",
        12 => "SQLITE_NOTFOUND",
        13 => "SQLITE_FULL",
        14 => "SQLITE_CANTOPEN",
        15 => "SQLITE_PROTOCOL",
        17 => "SQLITE_SCHEMA",
        18 => "SQLITE_TOOBIG",
        19 => "SQLITE_CONSTRAINT",
        20 => "SQLITE_MISMATCH",
        21 => "SQLITE_MISUSE",
        22 => "SQLITE_NOLFS",
        23 => "SQLITE_AUTH",
        25 => "SQLITE_RANGE",
        26 => "SQLITE_NOTADB",
        _ => "SQLITE_UNKNOWN",
    }
}
