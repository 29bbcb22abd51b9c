//! Tests of transactions over several round trips: batons, and every way to lose one.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{DEADLINE, Reply, Server, batched, begun, database, result};
use crate::{StorageError, params};

const INSERT: &str = "INSERT INTO a VALUES (?1)";

/// The server's answer, and the error that is expected for it.
type Case = (fn() -> Reply, &'static str);

fn done() -> Json {
    result(json!([[{ "type": "integer", "value": "7" }]]), 1)
}

#[tokio::test]
async fn each_request_shows_the_baton_of_the_answer_before_and_goes_where_that_said() {
    let server = Server::start(|number, asked| match number {
        0 => begun("b1", Some(&format!("http://{}/moved", asked.headers["host"]))),
        1 => batched(Some("b2"), &[done()]),
        _ => batched(None, &[done()]),
    })
    .await;
    let mut transaction = database(&server).write().await.unwrap();
    let rows = transaction.run(INSERT, params![1]).await.unwrap();
    assert_eq!((rows.changes, rows.first().unwrap().get::<i64>(0).unwrap()), (1, 7));
    transaction.commit().await.unwrap();
    let asked = server.asked();
    let shown: Vec<_> = asked.iter().map(|asked| (asked.line.as_str(), asked.body["baton"].as_str())).collect();
    let moved = "POST /moved/v3/pipeline";
    assert_eq!(shown, [("POST /v3/pipeline", None), (moved, Some("b1")), (moved, Some("b2"))]);
    let open = json!({ "type": "not", "cond": { "type": "is_autocommit" } });
    for (asked, sql) in asked[1..].iter().zip([INSERT, "COMMIT"]) {
        let step = &asked.body["requests"][0]["batch"]["steps"][0];
        assert_eq!((&step["condition"], step["stmt"]["sql"].as_str()), (&open, Some(sql)));
    }
    assert_eq!(asked[2].body["requests"][1]["type"], "close");
}

#[tokio::test]
async fn a_dropped_transaction_has_its_stream_closed() {
    let server = Server::start(|_, _| begun("b1", None)).await;
    drop(database(&server).write().await.unwrap());
    let asked = server.asked_of(2).await;
    assert_eq!(asked[1].body, json!({ "baton": "b1", "requests": [{ "type": "close" }] }));
}

#[tokio::test]
async fn a_begin_that_is_refused_has_its_stream_closed() {
    let server = Server::start(|_, _| {
        let busy = json!({ "type": "error", "error": { "code": "SQLITE_BUSY", "message": "database is locked" } });
        Reply::json(json!({ "baton": "b1", "base_url": null, "results": [busy] }))
    })
    .await;
    assert!(matches!(database(&server).write().await, Err(StorageError::Busy)));
    assert_eq!(server.asked_of(2).await[1].body["baton"], "b1");
}

#[tokio::test]
async fn a_constraint_leaves_the_transaction_open() {
    let server = Server::start(|number, _| match number {
        0 => begun("b1", None),
        1 => batched(Some("b2"), &[json!("SQLITE_CONSTRAINT SQLite error: UNIQUE constraint failed: a.id")]),
        _ => batched(Some("b3"), &[done()]),
    })
    .await;
    let mut transaction = database(&server).write().await.unwrap();
    let error = transaction.run(INSERT, params![1]).await.err().unwrap();
    assert!(error.is_duplicate_of("a.id"));
    transaction.run(INSERT, params![2]).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn after_any_other_error_the_transaction_is_lost_and_its_stream_closed() {
    let failures: [Case; 6] = [
        (|| batched(Some("b2"), &[json!("SQLITE_FULL SQLite error: full")]), "the disk is full"),
        (
            || batched(Some("b2"), &[json!("TRANSACTION_TIMEOUT Transaction timed out")]),
            "the database was lost on the way: Transaction timed out",
        ),
        (|| batched(Some("b2"), &[json!(null)]), "the database was lost on the way: its transaction is rolled back"),
        (
            || Reply::Whole(400, r#"{"message":"expired","code":"STREAM_EXPIRED"}"#.into()),
            "the database was lost on the way: expired",
        ),
        (|| Reply::Whole(404, String::new()), "the database does not exist where the catalog has it"),
        (|| Reply::Nothing, "the database did not answer in time"),
    ];
    for (failure, expected) in failures {
        let server = Server::start(move |number, _| if number == 0 { begun("b1", None) } else { failure() }).await;
        let mut transaction = database(&server).write().await.unwrap();
        assert_eq!(transaction.run(INSERT, params![1]).await.err().unwrap().to_string(), expected);
        assert!(matches!(transaction.run(INSERT, params![2]).await, Err(StorageError::Lost(_))));
        assert!(matches!(transaction.commit().await, Err(StorageError::Lost(_))));
        let statements = |asked: &super::Asked| asked.body["requests"][0]["type"] == "batch";
        assert_eq!(server.asked().iter().filter(|asked| statements(asked)).count(), 1, "nothing more is sent");
    }
}

#[tokio::test]
async fn a_lost_socket_loses_the_transaction_and_makes_a_commit_unknown() {
    let lost_after = |requests: usize| {
        Server::start(move |number, _| match number {
            0 => begun("b1", None),
            _ if number > requests => Reply::Closed,
            _ => batched(Some("b2"), &[done()]),
        })
    };
    let mut transaction = database(&lost_after(0).await).write().await.unwrap();
    assert!(matches!(transaction.run(INSERT, params![1]).await, Err(StorageError::Lost(_))));
    let mut transaction = database(&lost_after(1).await).write().await.unwrap();
    transaction.run(INSERT, params![1]).await.unwrap();
    assert!(matches!(transaction.commit().await, Err(StorageError::TimedOut)));
}

#[tokio::test]
async fn a_commit_that_was_not_done_is_never_taken_for_one() {
    let answers: [Case; 4] = [
        (|| batched(None, &[json!(null)]), "the database was lost on the way: its transaction is rolled back"),
        (|| batched(None, &[json!("SQLITE_BUSY SQLite error: database is locked")]), "the database is busy"),
        (
            || Reply::json(json!({ "baton": null, "base_url": null, "results": [] })),
            "the storage cannot be used: an answer to another question",
        ),
        (|| Reply::Nothing, "the database did not answer in time"),
    ];
    for (answer, expected) in answers {
        let server = Server::start(move |number, _| if number == 0 { begun("b1", None) } else { answer() }).await;
        let transaction = database(&server).write().await.unwrap();
        assert_eq!(transaction.commit().await.unwrap_err().to_string(), expected);
    }
}

#[tokio::test]
async fn a_call_that_was_given_up_leaves_no_baton_to_be_used_twice() {
    let server = Server::start(|number, _| if number == 0 { begun("b1", None) } else { Reply::Nothing }).await;
    let mut transaction = database(&server).write().await.unwrap();
    let given_up = tokio::time::timeout(DEADLINE / 10, transaction.run(INSERT, params![1])).await;
    assert!(given_up.is_err());
    assert!(matches!(transaction.run(INSERT, params![1]).await, Err(StorageError::Lost(_))));
    drop(transaction);
    tokio::time::sleep(Duration::from_millis(50)).await; // there is nothing to wait for: no request may come
    assert!(server.asked().iter().filter(|asked| asked.body["baton"] == "b1").count() <= 1);
}

#[tokio::test]
async fn several_statements_run_only_while_the_transaction_is_open() {
    let sequence = |open: bool| {
        let batch = json!({ "step_results": [open.then(done)], "step_errors": [null] });
        let batch = json!({ "type": "ok", "response": { "type": "batch", "result": batch } });
        let none = json!({ "code": "SQLITE_UNKNOWN", "message": "SQLite error: no such savepoint: still_open" });
        let ran = json!({ "type": "ok", "response": { "type": "sequence" } });
        let ran = if open { ran } else { json!({ "type": "error", "error": none }) };
        json!({ "baton": "b2", "base_url": null, "results": [batch, ran] })
    };
    for open in [true, false] {
        let server =
            Server::start(move |number, _| if number == 0 { begun("b1", None) } else { Reply::json(sequence(open)) })
                .await;
        let mut transaction = database(&server).write().await.unwrap();
        let ran = transaction.sequence("CREATE TABLE a (x); CREATE TABLE b (x)").await;
        assert_eq!(ran.is_ok(), open);
        assert_eq!(matches!(ran, Err(StorageError::Lost(_))), !open);
        let asked = server.asked();
        let sql = &asked[1].body["requests"][1]["sql"];
        assert_eq!(sql, "RELEASE still_open;\nCREATE TABLE a (x); CREATE TABLE b (x)");
    }
}

#[tokio::test]
async fn a_stream_does_not_follow_into_the_clear() {
    let server = Server::start(|_, _| begun("b1", Some("gopher://elsewhere"))).await;
    assert!(matches!(database(&server).write().await, Err(StorageError::Unusable(_))));
}
