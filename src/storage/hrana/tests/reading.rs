//! Tests of reads, batches and long answers, with a server that works or reports an error.

use std::time::Duration;

use libsql::Value;
use serde_json::json;

use super::{DEADLINE, Reply, Server, batched, client, database, executed, result};
use crate::{
    StorageError,
    hrana::{Database, Tokens},
    params,
};

#[tokio::test]
async fn a_read_is_one_round_trip_and_the_next_one_uses_its_socket() {
    let row = json!([[
        { "type": "integer", "value": "-9007199254740993" },
        { "type": "text", "value": "Grace \"Amazing\" Hopper" },
        { "type": "blob", "base64": "AAH/" },
        { "type": "null" },
        { "type": "integer", "value": "1" },
    ]]);
    let server = Server::start(move |_, _| executed(row.clone())).await;
    let database =
        Database::new(&client(), server.url.join("a/b").unwrap(), Some("acme-1".parse().unwrap()), Tokens::None);
    for _ in 0..3 {
        let sql = "SELECT * FROM users WHERE id = ?1 AND age > ?2 AND key = ?3";
        let row = database.read(sql, params!["x", 7, vec![1_u8, 2]]).await.unwrap().first().unwrap();
        assert_eq!(row.get::<i64>(0).unwrap(), -9_007_199_254_740_993);
        assert_eq!(row.get::<String>(1).unwrap(), "Grace \"Amazing\" Hopper");
        assert_eq!(row.get::<Option<i64>>(3).unwrap(), None);
        assert!(row.get::<bool>(4).unwrap());
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|asked| asked.socket == 0 && asked.line == "POST /a/b/v3/pipeline"));
    assert_eq!(asked[0].headers["x-namespace"], "acme-1");
    assert!(!asked[0].headers.contains_key("authorization"));
    assert_eq!(
        asked[0].body["requests"][0]["stmt"]["args"],
        json!([
            { "type": "text", "value": "x" },
            { "type": "integer", "value": "7" },
            { "type": "blob", "base64": "AQI" },
        ])
    );
    assert_eq!(asked[0].body["requests"][1]["type"], "close");
}

#[tokio::test]
async fn a_statement_with_too_few_parameters_is_never_sent() {
    let server = Server::start(|_, _| executed(json!([]))).await;
    let read = database(&server).read("SELECT ?1, ?2", params![1]).await;
    assert!(matches!(read, Err(StorageError::Parameters { takes: 2, given: 1, .. })));
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_batch_is_one_transaction_in_one_round_trip() {
    let done = || result(json!([]), 1);
    let server = Server::start(move |_, _| batched(None, &[done(), done(), done(), done(), json!(null)])).await;
    let statements = vec![("INSERT INTO a VALUES (?1)", params![1]), ("DELETE FROM b", params![])];
    database(&server).batch(statements).await.unwrap();
    let [asked] = server.asked().try_into().unwrap();
    let steps = asked.body["requests"][0]["batch"]["steps"].as_array().unwrap().clone();
    let sql: Vec<_> = steps.iter().map(|step| step["stmt"]["sql"].as_str().unwrap()).collect();
    assert_eq!(sql, ["BEGIN IMMEDIATE", "INSERT INTO a VALUES (?1)", "DELETE FROM b", "COMMIT", "ROLLBACK"]);
    assert_eq!(steps[0]["condition"], json!(null));
    for (before, step) in steps[1..4].iter().enumerate() {
        assert_eq!(step["condition"], json!({ "type": "ok", "step": before }));
    }
    assert_eq!(asked.body["requests"][1]["type"], "close");
}

#[tokio::test]
async fn a_batch_that_did_not_commit_says_why() {
    let done = || result(json!([]), 1);
    let unique = json!("SQLITE_CONSTRAINT SQLite error: UNIQUE constraint failed: users.username");
    for (steps, expected) in [
        (
            vec![done(), unique, json!(null), done()],
            "a constraint forbids it: UNIQUE constraint failed: users.username",
        ),
        (
            vec![json!("SQLITE_BUSY SQLite error: database is locked"), json!(null), json!(null), json!(null)],
            "the database is busy",
        ),
        (vec![done(), done(), json!("SQLITE_FULL SQLite error: database or disk is full"), done()], "the disk is full"),
        (
            vec![json!(null), json!(null), json!(null), json!(null)],
            "the database was lost on the way: it was not committed",
        ),
    ] {
        let server = Server::start(move |_, _| batched(None, &steps)).await;
        let error = database(&server).batch(vec![("INSERT INTO users VALUES (1)", vec![])]).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// A cursor's answer: a head and the pieces, with a pause before each piece.
fn cursor(pause: Duration, pieces: &[&str]) -> Reply {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"baton\":\"b1\",\"base_url\":null}\n";
    let rest = pieces.iter().map(|piece| (pause, piece.as_bytes().to_vec()));
    Reply::Pieces(std::iter::once((Duration::ZERO, head.into())).chain(rest).collect())
}

const BEGIN: &str = "{\"type\":\"step_begin\",\"step\":0,\"cols\":[]}\n{\"type\":\"step_end\",\"affected_row_count\":0,\"last_insert_rowid\":null}\n";
const ROWS: &str = "{\"type\":\"step_begin\",\"step\":1,\"cols\":[]}\n{\"type\":\"row\",\"row\":[{\"type\":\"integer\",\"value\":\"1\"}]}\n{\"type\":\"row\",\"row\":[{\"type\":\"text\",\"value\":\"two\"}]}\n{\"type\":\"step_end\",\"affected_row_count\":0,\"last_insert_rowid\":null}\n";
const COMMIT: &str = "{\"type\":\"step_begin\",\"step\":2,\"cols\":[]}\n{\"type\":\"step_end\",\"affected_row_count\":0,\"last_insert_rowid\":null}\n{\"type\":\"replication_index\",\"replication_index\":null}\n";

async fn streamed(server: &Server) -> Result<Vec<(usize, Vec<Value>)>, StorageError> {
    let mut rows = Vec::new();
    let each = |step, values| {
        rows.push((step, values));
        Ok(())
    };
    database(server).stream(vec!["SELECT * FROM a".into()], each).await.map(|()| rows)
}

#[tokio::test]
async fn a_long_answer_may_take_longer_than_the_deadline_if_it_does_not_stall() {
    let (first, second) = ROWS.split_at(70); // in the middle of a line
    let server = Server::start(move |number, _| match number {
        0 => cursor(DEADLINE / 2, &[BEGIN, first, second, COMMIT]),
        _ => Reply::Closed,
    })
    .await;
    let rows = streamed(&server).await.unwrap();
    assert_eq!(rows, [(0, vec![Value::Integer(1)]), (0, vec![Value::Text("two".into())])]);
    let asked = server.asked_of(2).await;
    assert_eq!(asked[0].line, "POST /v3/cursor");
    let steps = asked[0].body["batch"]["steps"].as_array().unwrap();
    let sql: Vec<_> = steps.iter().map(|step| step["stmt"]["sql"].as_str().unwrap()).collect();
    assert_eq!(sql, ["BEGIN", "SELECT * FROM a", "COMMIT"]);
    assert_eq!(
        (asked[1].body["baton"].as_str(), asked[1].body["requests"][0]["type"].as_str()),
        (Some("b1"), Some("close"))
    );
}

#[tokio::test]
async fn a_long_answer_that_stalls_is_cut_or_fails_is_an_error() {
    let failed = "{\"type\":\"step_error\",\"step\":1,\"error\":{\"message\":\"SQLite error: database disk image is malformed\",\"code\":\"SQLITE_CORRUPT\"}}\n";
    for (pause, pieces, expected) in [
        (DEADLINE * 3, vec![BEGIN], "the database did not answer in time"),
        (Duration::ZERO, vec![BEGIN, ROWS], "the storage cannot be used: an answer that ends in the middle"),
        (Duration::ZERO, vec![BEGIN, &ROWS[..60]], "the storage cannot be used: an answer that ends in the middle"),
        (Duration::ZERO, vec![BEGIN, failed, COMMIT], "the database is damaged: database disk image is malformed"),
        (
            Duration::ZERO,
            vec![BEGIN, "<html>\n"],
            "the storage cannot be used: an answer that is no Hrana: expected value at line 1 column 1",
        ),
    ] {
        let server =
            Server::start(move |number, _| if number == 0 { cursor(pause, &pieces) } else { Reply::Closed }).await;
        assert_eq!(streamed(&server).await.unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn whoever_reads_a_long_answer_may_stop_it() {
    let server =
        Server::start(|number, _| if number == 0 { cursor(Duration::ZERO, &[BEGIN, ROWS]) } else { Reply::Closed })
            .await;
    let mut seen = 0;
    let stop = |_, _| {
        seen += 1;
        Err(StorageError::Full)
    };
    let stopped = database(&server).stream(vec!["SELECT * FROM a".into()], stop).await;
    assert!(matches!(stopped, Err(StorageError::Full)) && seen == 1);
}
