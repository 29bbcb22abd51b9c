//! Tests of the client against a scripted server on loopback and, in `real`, against a libsql-server.

mod faults;
mod reading;
mod real;
mod server;
mod transactions;

use std::{sync::Arc, time::Duration};

use serde_json::{Value as Json, json};

pub(crate) use self::server::{Asked, Reply, Server};
use super::{Client, Database, Tokens};
use crate::Ambient;

/// Long enough for an answer on a busy machine, and short enough for the tests in which no answer comes.
const DEADLINE: Duration = Duration::from_millis(600);

fn client() -> Client {
    Client::new(Arc::new(Ambient), DEADLINE).unwrap()
}

fn database(server: &Server) -> Database {
    Database::new(&client(), server.url.clone(), None, Tokens::None)
}

/// The result of a statement, with these rows.
fn result(rows: Json, changes: u64) -> Json {
    json!({ "cols": [], "rows": rows, "affected_row_count": changes, "last_insert_rowid": null })
}

/// The answer to `execute` and `close`.
fn executed(rows: Json) -> Reply {
    let response = json!({ "type": "execute", "result": result(rows, 0) });
    Reply::json(json!({ "baton": null, "base_url": null, "results": [{ "type": "ok", "response": response }] }))
}

/// The answer to a batch. Each step is a result, a text (the code and message of an error) or null (a skipped step).
fn batched(baton: Option<&str>, steps: &[Json]) -> Reply {
    let results: Vec<_> = steps.iter().map(|step| if step.is_object() { step.clone() } else { Json::Null }).collect();
    let error = |step: &Json| {
        let (code, message) = step.as_str()?.split_once(' ')?;
        Some(json!({ "code": code, "message": message }))
    };
    let errors: Vec<_> = steps.iter().map(error).collect();
    let result = json!({ "step_results": results, "step_errors": errors });
    let response = json!({ "type": "batch", "result": result });
    Reply::json(json!({ "baton": baton, "base_url": null, "results": [{ "type": "ok", "response": response }] }))
}

/// The answer to `BEGIN IMMEDIATE`. It leaves a stream open.
fn begun(baton: &str, base_url: Option<&str>) -> Reply {
    let response = json!({ "type": "execute", "result": result(json!([]), 0) });
    Reply::json(json!({ "baton": baton, "base_url": base_url, "results": [{ "type": "ok", "response": response }] }))
}
