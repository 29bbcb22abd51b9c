//! Tests of server faults. Each fault becomes a specific error, within the deadline.

use std::{sync::Arc, time::Instant};

use reqwest::{StatusCode, Url};
use serde_json::json;

use super::{Asked, DEADLINE, Reply, Server, batched, client, database, executed, result};
use crate::{
    StorageError,
    hrana::{Database, Tokens, error::of_status},
    libsql_server::tests::minter,
};

const ONE: &str = "SELECT 1";

#[tokio::test]
async fn a_stalled_database_is_given_up_at_the_deadline_and_takes_few_sockets() {
    let server = Server::start(|_, _| Reply::Nothing).await;
    let database = Arc::new(database(&server));
    let begun = Instant::now();
    let reads: Vec<_> = (0..40)
        .map(|_| {
            let database = Arc::clone(&database);
            tokio::spawn(async move { database.read(ONE, vec![]).await })
        })
        .collect();
    server.asked_of(12).await;
    tokio::time::sleep(DEADLINE / 6).await; // there is nothing to wait for: no more requests may come
    assert_eq!(server.asked().len(), 12);
    for read in reads {
        assert!(matches!(read.await.unwrap(), Err(StorageError::TimedOut)));
    }
    assert!(begun.elapsed() < DEADLINE * 2, "waiting for one's turn counts too");
    assert!(matches!(database.batch(vec![("DELETE FROM a", vec![])]).await, Err(StorageError::TimedOut)));
    assert!(matches!(database.write().await, Err(StorageError::TimedOut)));
}

#[tokio::test]
async fn what_is_no_database_server_is_unusable() {
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{{", 1_u64 << 40);
    for reply in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"baton\":null,",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"bat",
        "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
        long.as_str(),
    ] {
        let owned = reply.to_owned();
        let server = Server::start(move |_, _| Reply::cut(&owned)).await;
        let read = database(&server).read(ONE, vec![]).await;
        assert!(matches!(read, Err(StorageError::Unusable(_))), "{reply}");
    }
    let nobody = Database::new(&client(), Url::parse("http://127.0.0.1:1").unwrap(), None, Tokens::None);
    assert!(matches!(nobody.read(ONE, vec![]).await, Err(StorageError::Unusable(_))));
    assert!(matches!(nobody.batch(vec![(ONE, vec![])]).await, Err(StorageError::Unusable(_))), "nothing was sent");
}

/// Answers the first request, closes the socket on the second, and answers the rest.
fn closes_on_the_second(number: usize, asked: &Asked) -> Reply {
    let done = result(json!([]), 0);
    match number {
        1 => Reply::Closed,
        _ if asked.body["requests"][0]["type"] == "batch" => {
            batched(None, &[done.clone(), done.clone(), done, json!(null)])
        }
        _ => executed(json!([])),
    }
}

#[tokio::test]
async fn a_read_on_a_socket_that_the_server_had_closed_is_sent_again() {
    let server = Server::start(closes_on_the_second).await;
    let database = database(&server);
    database.read(ONE, vec![]).await.unwrap();
    database.read(ONE, vec![]).await.unwrap();
    let sockets: Vec<_> = server.asked().iter().map(|asked| asked.socket).collect();
    assert_eq!(sockets, [0, 0, 1]);
}

#[tokio::test]
async fn a_write_whose_socket_was_lost_is_not_sent_again() {
    let server = Server::start(closes_on_the_second).await;
    let database = database(&server);
    let write = || database.batch(vec![("INSERT INTO a VALUES (1)", vec![])]);
    write().await.unwrap();
    assert!(matches!(write().await, Err(StorageError::TimedOut)), "nobody knows whether it was done");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_made_anew_once() {
    for refusals in [1, 9] {
        let server = Server::start(move |number, _| match number {
            _ if number < refusals => Reply::Whole(401, r#"{"error":"Unauthorized: `The JWT has expired`"}"#.into()),
            _ => executed(json!([])),
        })
        .await;
        let namespace = "acme".parse().unwrap();
        let tokens = Tokens::minted(Arc::new(minter().0), "acme".parse().unwrap());
        let database = Database::new(&client(), server.url.clone(), Some(namespace), tokens);
        let read = database.read(ONE, vec![]).await;
        assert_eq!(read.is_ok(), refusals == 1);
        if let Err(error) = read {
            assert_eq!(
                error.to_string(),
                "the storage does not let this program in: Unauthorized: `The JWT has expired`"
            );
        }
        let asked = server.asked();
        assert_eq!(asked.len(), 2);
        assert!(asked[0].headers["authorization"].starts_with("Bearer ey"));
    }
}

#[tokio::test]
async fn a_refused_statement_is_named() {
    for (code, message, expected) in [
        (
            "SQLITE_CONSTRAINT",
            "SQLite error: NOT NULL constraint failed: a.b",
            "a constraint forbids it: NOT NULL constraint failed: a.b",
        ),
        (
            "SQLITE_CONSTRAINT_UNIQUE",
            "UNIQUE constraint failed: a.b",
            "a constraint forbids it: UNIQUE constraint failed: a.b",
        ),
        ("TRANSACTION_BUSY", "Server cannot handle additional transactions", "the database is busy"),
        ("TRANSACTION_TIMEOUT", "Transaction timed out", "the database was lost on the way: Transaction timed out"),
        ("BLOCKED", "Operation was blocked: unpaid", "the storage blocks the database: unpaid"),
        ("SQLITE_NOTADB", "SQLite error: file is not a database", "the database is damaged: file is not a database"),
        ("SQLITE_READONLY", "SQLite error: attempt to write", "the database can be read only"),
        ("SQLITE_IOERR", "SQLite error: disk I/O error", "the storage cannot be used: disk I/O error"),
        ("SQLITE_UNKNOWN", "SQLite error: no such table: a", "the database refused: no such table: a (SQLITE_UNKNOWN)"),
    ] {
        let error = json!({ "type": "error", "error": { "code": code, "message": message } });
        let server =
            Server::start(move |_, _| Reply::json(json!({ "baton": null, "base_url": null, "results": [error] })))
                .await;
        assert_eq!(database(&server).read(ONE, vec![]).await.err().unwrap().to_string(), expected);
    }
}

#[test]
fn a_refused_request_is_named() {
    for (status, body, on_stream, expected) in [
        (401, r#"{"error":"Unauthorized: `x`"}"#, false, "the storage does not let this program in: Unauthorized: `x`"),
        (403, "", false, "the storage does not let this program in: "),
        (
            404,
            r#"{"error":"Namespace `x` doesn't exist"}"#,
            false,
            "the database does not exist where the catalog has it",
        ),
        (429, r#"{"error":"Too many concurrent requests"}"#, false, "the database is busy"),
        (
            500,
            r#"{"error":"Operation was blocked: quota"}"#,
            false,
            "the storage blocks the database: Operation was blocked: quota",
        ),
        (
            500,
            r#"{"error":"database disk image is malformed"}"#,
            false,
            "the database is damaged: database disk image is malformed",
        ),
        (500, r#"{"error":"database or disk is full"}"#, true, "the disk is full"),
        (503, "down", false, "the storage cannot be used: 503 Service Unavailable: down"),
        (504, "", false, "the database did not answer in time"),
        (
            400,
            r#"{"message":"The stream has expired due to inactivity","code":"STREAM_EXPIRED"}"#,
            true,
            "the database was lost on the way: The stream has expired due to inactivity",
        ),
        (
            400,
            "Received a baton that has already been used",
            true,
            "the database was lost on the way: Received a baton that has already been used",
        ),
        (400, "Cannot deserialize", false, "the database refused: Cannot deserialize (400 Bad Request)"),
        (
            500,
            r#"{"message":"boom","code":"INTERNAL"}"#,
            false,
            "the storage cannot be used: 500 Internal Server Error: boom",
        ),
    ] {
        let error = of_status(StatusCode::from_u16(status).unwrap(), body.as_bytes(), on_stream);
        assert_eq!(error.to_string(), expected);
    }
}
