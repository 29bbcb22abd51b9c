//! Converts the errors of a remote database to `StorageError`: codes of statements, HTTP statuses and lost sockets. A 404
//! becomes `Missing` and never means "deleted", because libsql-server also sends it for a namespace that it is just loading.

use libsql_hrana::proto::{self, StreamResult};
use reqwest::StatusCode;
use serde::Deserialize;

use super::client::OnDisconnect;
use crate::{StorageError, chain};

/// How much of an unknown answer goes into the log, in characters.
const SHOWN: usize = 200;

/// The body of an error answer, as libsql-server (`error`), its Hrana (`message`, `code`) and Turso write it.
#[derive(Default, Deserialize)]
struct Said {
    code: Option<String>,
    message: Option<String>,
    error: Option<String>,
}

/// The error for a statement that was refused.
pub(super) fn of_statement(error: proto::Error) -> StorageError {
    let proto::Error { message, code } = error;
    let message = ["SQLite error: ", "Operation was blocked: "]
        .iter()
        .find_map(|prefix| message.strip_prefix(prefix))
        .map_or_else(|| message.clone(), str::to_owned);
    match family(&code) {
        "SQLITE_BUSY" | "SQLITE_LOCKED" | "TRANSACTION_BUSY" => StorageError::Busy,
        "SQLITE_CONSTRAINT" => StorageError::Constraint(message),
        "TRANSACTION_TIMEOUT" | "STREAM_EXPIRED" => StorageError::Lost(message),
        "BLOCKED" => StorageError::Blocked(message),
        "SQLITE_FULL" => StorageError::Full,
        "SQLITE_CORRUPT" | "SQLITE_NOTADB" => StorageError::Corrupt(message),
        "SQLITE_READONLY" => StorageError::ReadOnly,
        "SQLITE_INTERRUPT" => StorageError::TimedOut,
        "SQLITE_IOERR" | "SQLITE_CANTOPEN" | "SQLITE_NOMEM" | "SQLITE_PROTOCOL" => StorageError::Unusable(message),
        family if family.starts_with("AUTH_") => StorageError::Unauthorised(message),
        _ => StorageError::Other { code, message },
    }
}

/// The family of a code. `SQLITE_CONSTRAINT_UNIQUE` is of the family `SQLITE_CONSTRAINT`.
fn family(code: &str) -> &str {
    let end = code.strip_prefix("SQLITE_").and_then(|rest| rest.find('_'));
    end.map_or(code, |end| &code[.."SQLITE_".len() + end])
}

/// The error for a result that is not the expected one.
pub(super) fn of_result(result: Option<StreamResult>) -> StorageError {
    match result {
        Some(StreamResult::Error { error }) => of_statement(error),
        _ => StorageError::Unusable("an answer to another question".into()),
    }
}

/// The error for a status other than 2xx, with its body. `on_stream` means that the request carried a baton.
pub(crate) fn of_status(status: StatusCode, body: &[u8], on_stream: bool) -> StorageError {
    let (code, message) = said(body);
    let coded = code.map(|code| of_statement(proto::Error { message: message.clone(), code }));
    if let Some(known) = coded.filter(|error| !matches!(error, StorageError::Other { .. })) {
        return known;
    }
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => StorageError::Unauthorised(message),
        StatusCode::PAYMENT_REQUIRED => StorageError::Blocked(message),
        StatusCode::NOT_FOUND => StorageError::Missing,
        StatusCode::TOO_MANY_REQUESTS => StorageError::Busy,
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => StorageError::TimedOut,
        StatusCode::BAD_REQUEST if on_stream || message == "Transaction timed-out" => StorageError::Lost(message),
        _ if status.is_client_error() => StorageError::Other { code: status.to_string(), message },
        _ => of_failure(status, message),
    }
}

/// The error for a failed request. libsql-server answers it with status 500, SQLite's own message and no code.
fn of_failure(status: StatusCode, message: String) -> StorageError {
    let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
    if says(&["SQL string could not be parsed"]) {
        return StorageError::Other { code: "SQL_PARSE_ERROR".into(), message }; // a cursor answers with this code
    }
    if says(&["Operation was blocked"]) {
        StorageError::Blocked(message)
    } else if says(&["disk image is malformed", "file is not a database"]) {
        StorageError::Corrupt(message)
    } else if says(&["disk is full", "No space left"]) {
        StorageError::Full
    } else {
        StorageError::Unusable(format!("{status}: {message}"))
    }
}

/// The code, if there is one, and the message of an error answer. The message is cut to fit a line.
fn said(body: &[u8]) -> (Option<String>, String) {
    let said: Said = serde_json::from_slice(body).unwrap_or_default();
    let message = said.message.or(said.error).unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    (said.code, message.trim().chars().take(SHOWN).collect())
}

/// The error for a body that is not Hrana.
pub(crate) fn of_garbage(error: &serde_json::Error) -> StorageError {
    StorageError::Unusable(format!("an answer that is no Hrana: {error}"))
}

/// The error for a request that got no answer or only half of one.
pub(crate) fn of_transport(error: &reqwest::Error, loss: OnDisconnect) -> StorageError {
    let why = chain(error);
    if error.is_connect() || error.is_builder() {
        return StorageError::Unusable(why);
    }
    match loss {
        _ if error.is_timeout() => StorageError::TimedOut,
        OnDisconnect::Nothing => StorageError::Unusable(why),
        OnDisconnect::Transaction => StorageError::Lost(why),
        OnDisconnect::Unknown => {
            tracing::warn!(%why, "whether a write was done is unknown");
            StorageError::TimedOut
        }
    }
}
