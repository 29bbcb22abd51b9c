//! Tests of each fault as a client sees it, and that other databases still work.

use std::time::{Duration, Instant};

use double::{Fault, Scope};
use serde_json::{Value, json};

use crate::{Bench, execute};

/// Sends one request to `a` and returns the status and the body.
async fn ask(bench: &Bench, sql: &str, patience: Duration) -> reqwest::Result<(u16, String)> {
    let body = json!({ "requests": [execute(sql), { "type": "close" }] });
    let response = bench.post("a", "pipeline", &body).timeout(patience).send().await?;
    Ok((response.status().as_u16(), response.text().await?))
}

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(20);
const TABLE: &str = "CREATE TABLE t (id)";
const INSERT: &str = "INSERT INTO t VALUES (1)";

#[tokio::test]
async fn a_stalled_database_never_answers_and_does_nothing_while_others_go_on() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    bench.server.faults().set(Scope::database("a"), Fault::Stall);
    assert!(ask(&bench, INSERT, SHORT).await.unwrap_err().is_timeout());
    assert_eq!(bench.execute("b", "SELECT 1").await["type"], "ok");
    bench.server.faults().clear(&Scope::database("a"));
    assert_eq!(bench.count("a").await, "0");
    assert_eq!(bench.server.faults().met(&Scope::database("a")), 1);
}

#[tokio::test]
async fn a_mute_one_does_what_it_was_asked_for() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    bench.server.faults().next(1, Scope::database("a"), Fault::Mute);
    assert!(ask(&bench, INSERT, SHORT).await.unwrap_err().is_timeout());
    assert_eq!(bench.count("a").await, "1");
}

#[tokio::test]
async fn a_slow_one_answers_late() {
    let bench = Bench::plain().await;
    bench.server.faults().next(1, Scope::Databases, Fault::Slow(Duration::from_millis(100)));
    let began = Instant::now();
    assert_eq!(ask(&bench, "SELECT 1", LONG).await.unwrap().0, 200);
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_refusing_one_closes_the_socket() {
    let bench = Bench::plain().await;
    for scope in [Scope::database("a"), Scope::Databases] {
        bench.server.faults().set(scope.clone(), Fault::Refuse);
        let error = ask(&bench, "SELECT 1", LONG).await.unwrap_err();
        assert!(!error.is_timeout() && error.status().is_none(), "{error:?}");
        assert!(bench.server.faults().met(&scope) > 0);
        bench.server.faults().clear_all();
        assert_eq!(ask(&bench, "SELECT 1", LONG).await.unwrap().0, 200);
    }
}

#[tokio::test]
async fn a_cut_answer_has_headers_and_half_a_body_and_its_request_was_done() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    bench.server.faults().next(1, Scope::database("a"), Fault::Cut);
    let body = json!({ "requests": [execute(INSERT), { "type": "close" }] });
    let mut response = bench.post("a", "pipeline", &body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let promised = usize::try_from(response.content_length().unwrap()).unwrap();
    let half = response.chunk().await.unwrap().unwrap();
    assert!(half.starts_with(b"{\"baton\":"));
    assert_eq!(half.len(), promised / 2);
    assert!(response.chunk().await.is_err());
    assert_eq!(bench.count("a").await, "1");
}

#[tokio::test]
async fn wrong_statuses_and_garbage_come_as_set_and_as_often() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    for (fault, status, said) in [
        (Fault::NotFound, 404, r#"{"error":"Namespace `a` doesn't exist"}"#),
        (Fault::TooMany, 429, r#"{"error":"Too many concurrent requests"}"#),
        (Fault::Broken, 500, r#"{"error":"Internal Error: `broken on purpose`"}"#),
        (Fault::Garbage, 200, "<!doctype html><title>Sign in to the network</title>"),
    ] {
        bench.server.faults().next(2, Scope::Databases, fault);
        for _ in 0..2 {
            assert_eq!(ask(&bench, INSERT, LONG).await.unwrap(), (status, said.to_owned()));
        }
        assert_eq!(bench.count("a").await, "0");
    }
    assert_eq!(bench.server.faults().met(&Scope::Databases), 8);
}

#[tokio::test]
async fn on_a_full_disk_reads_go_on_and_the_transaction_is_lost() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    let begin = json!([execute("BEGIN"), execute(INSERT)]);
    let (_, first) = bench.pipeline("a", &Value::Null, begin).await;
    bench.server.faults().set(Scope::database("a"), Fault::Full);
    let next = json!([execute(INSERT), { "type": "get_autocommit" }, execute("SELECT count(*) FROM t")]);
    let (_, second) = bench.pipeline("a", &first["baton"], next).await;
    let full = json!({ "message": "SQLite error: database or disk is full", "code": "SQLITE_FULL" });
    assert_eq!(second["results"][0]["error"], full);
    assert_eq!(second["results"][1]["response"]["is_autocommit"], true);
    assert_eq!(second["results"][2]["response"]["result"]["rows"][0][0]["value"], "0");
}

#[tokio::test]
async fn a_corrupt_one_answers_no_statement() {
    let bench = Bench::plain().await;
    bench.server.faults().set(Scope::database("a"), Fault::Corrupt);
    let corrupt = json!({ "message": "SQLite error: database disk image is malformed", "code": "SQLITE_CORRUPT" });
    assert_eq!(bench.execute("a", "SELECT 1").await["error"], corrupt);
    assert_eq!(bench.execute("b", "SELECT 1").await["type"], "ok");
}

#[tokio::test]
async fn the_admin_api_has_faults_of_its_own() {
    let bench = Bench::plain().await;
    bench.server.faults().next(1, Scope::Control, Fault::Mute);
    let create = bench.admin("POST", "c/create").json(&json!({}));
    assert!(create.timeout(SHORT).send().await.unwrap_err().is_timeout());
    assert_eq!(bench.server.databases().keys(), ["a", "b", "c"]);
    bench.server.faults().set(Scope::Control, Fault::Broken);
    assert_eq!(bench.create("d").await.status(), 500);
    assert_eq!(bench.execute("a", "SELECT 1").await["type"], "ok");
}
