//! Tests of statements, batches, transactions, cursors and batons.

use std::time::{Duration, Instant};

use double::{Naming, Options};
use serde_json::{Value, json};

use crate::{Bench, batch, execute};

const TABLE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)";

#[tokio::test]
async fn a_pipeline_answers_each_of_its_requests() {
    let bench = Bench::plain().await;
    let insert = json!({ "type": "execute", "stmt": {
        "sql": "INSERT INTO t VALUES (?, :name)", "named_args": [{ "name": "name", "value": { "type": "null" } }],
    } });
    let select = json!({ "type": "execute", "stmt": {
        "sql": "SELECT ?1 AS i, ?2, ?3, ?4, ?2", "args": [
            { "type": "integer", "value": "9007199254740993" }, { "type": "text", "value": "ß" },
            { "type": "float", "value": 0.5 }, { "type": "blob", "base64": "AAE" },
        ],
    } });
    let results = bench.run("a", json!([execute(TABLE), insert, select, { "type": "get_autocommit" }])).await;
    assert_eq!(results[0]["type"], "ok");
    assert_eq!(results[1]["error"]["code"], "ARGS_INVALID");
    assert_eq!(
        results[1]["error"]["message"],
        "Arguments do not match SQL parameters: value for parameter 1 not found"
    );
    let result = &results[2]["response"]["result"];
    assert_eq!(result["cols"][0]["name"], "i");
    let expected = json!([[
        { "type": "integer", "value": "9007199254740993" }, { "type": "text", "value": "ß" },
        { "type": "float", "value": 0.5 }, { "type": "blob", "base64": "AAE" }, { "type": "text", "value": "ß" },
    ]]);
    assert_eq!(result["rows"], expected);
    assert_eq!(results[3]["response"]["is_autocommit"], true);
}

#[tokio::test]
async fn an_insert_says_what_it_changed() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    let result = bench.execute("a", "INSERT INTO t (name) VALUES ('x'), ('y') RETURNING id").await;
    let result = &result["response"]["result"];
    assert_eq!(result["affected_row_count"], 2);
    assert_eq!(result["last_insert_rowid"], "2");
    assert_eq!(result["rows"].as_array().unwrap().len(), 2);
    assert_eq!(result["cols"][0]["decltype"], "INTEGER");
}

#[tokio::test]
async fn errors_have_the_codes_and_words_of_the_server() {
    let bench = Bench::plain().await;
    bench.run("a", json!([execute(TABLE), execute("INSERT INTO t VALUES (1, 'x')")])).await;
    for (sql, code, message) in [
        ("INSERT INTO t VALUES (2, 'x')", "SQLITE_CONSTRAINT", "SQLite error: UNIQUE constraint failed: t.name"),
        ("SELECT * FROM u", "SQLITE_UNKNOWN", "SQLite error: no such table: u"),
        ("SELECT u FROM t", "SQL_INPUT_ERROR", "SQL input error: no such column: u (at offset 7)"),
        ("SELEC 1", "SQL_PARSE_ERROR", "SQL string could not be parsed: syntax error around L1:6: `SELEC`"),
        ("VACUUM", "SQL_PARSE_ERROR", "SQL string could not be parsed: unsupported statement: VACUUM"),
        ("", "SQL_NO_STATEMENT", "SQL string does not contain any statement"),
        ("SELECT 1; SELECT 2", "SQL_MANY_STATEMENTS", "SQL string contains more than one statement"),
    ] {
        let result = bench.execute("a", sql).await;
        assert_eq!(result, json!({ "type": "error", "error": { "message": message, "code": code } }), "{sql}");
    }
}

#[tokio::test]
async fn a_batch_is_done_as_a_whole_or_not_at_all() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    let ok = |step: u32| json!({ "type": "ok", "step": step });
    let atomic = |last: &str| {
        json!([batch(&[
            ("BEGIN IMMEDIATE", Value::Null),
            ("INSERT INTO t VALUES (1, 'x')", ok(0)),
            (last, ok(1)),
            ("COMMIT", ok(2)),
            ("ROLLBACK", json!({ "type": "not", "cond": { "type": "is_autocommit" } })),
        ])])
    };
    let results = bench.run("a", atomic("INSERT INTO t VALUES (2, 'x')")).await;
    let result = &results[0]["response"]["result"];
    assert_eq!(result["step_errors"][2]["code"], "SQLITE_CONSTRAINT");
    assert_eq!(result["step_results"][3], Value::Null);
    assert_eq!(result["step_results"][4]["affected_row_count"], 0);
    assert_eq!(bench.count("a").await, "0");

    let results = bench.run("a", atomic("INSERT INTO t VALUES (2, 'y')")).await;
    assert_eq!(results[0]["response"]["result"]["step_results"][4], Value::Null);
    assert_eq!(bench.count("a").await, "2");
}

#[tokio::test]
async fn a_sequence_stops_at_its_first_error() {
    let bench = Bench::plain().await;
    let sql =
        format!("{TABLE}; INSERT INTO t VALUES (1, 'x'); INSERT INTO u VALUES (1); INSERT INTO t VALUES (2, 'y')");
    let results = bench.run("a", json!([{ "type": "sequence", "sql": sql }])).await;
    assert_eq!(results[0]["error"]["code"], "SQLITE_UNKNOWN");
    assert_eq!(bench.count("a").await, "1");
}

#[tokio::test]
async fn a_syntax_error_right_after_a_good_statement_is_swallowed() {
    let bench = Bench::plain().await;
    let sql = format!("{TABLE}; ROLBACK");
    let results = bench.run("a", json!([{ "type": "sequence", "sql": sql }])).await;
    assert_eq!(results[0]["type"], "ok", "the real one does not tell either: {results}");
    assert_eq!(bench.count("a").await, "0");
}

#[tokio::test]
async fn a_transaction_spans_requests_and_closing_its_stream_rolls_it_back() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    for (ending, left) in [("ROLLBACK", "0"), ("", "0"), ("COMMIT", "1")] {
        let opening = json!([execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES (1, 'x')")]);
        let (_, first) = bench.pipeline("a", &Value::Null, opening).await;
        assert_eq!(bench.count("a").await, "0", "nobody else sees it yet");
        let end = match ending {
            "" => json!([{ "type": "close" }]),
            sql => json!([execute(sql), { "type": "close" }]),
        };
        let (_, last) = bench.pipeline("a", &first["baton"], end).await;
        assert_eq!(last["baton"], Value::Null);
        assert_eq!(bench.count("a").await, left);
    }
}

#[tokio::test]
async fn a_baton_is_good_once() {
    let bench = Bench::plain().await;
    let (_, first) = bench.pipeline("a", &Value::Null, json!([])).await;
    let (status, _) = bench.pipeline("a", &first["baton"], json!([])).await;
    assert_eq!(status, 200);
    for (baton, said) in [
        (first["baton"].clone(), "Received a baton that has already been used"),
        (json!("made up"), "Received an invalid baton"),
    ] {
        let body = json!({ "baton": baton, "requests": [] });
        let response = bench.post("a", "pipeline", &body).send().await.unwrap();
        assert_eq!(response.status(), 400);
        assert_eq!(response.text().await.unwrap(), said);
    }
}

#[tokio::test]
async fn a_stream_that_is_idle_expires_and_its_transaction_is_rolled_back() {
    let options = Options { stream_idle: Duration::from_millis(50), ..Options::default() };
    let bench = Bench::new(options).await;
    let opening = json!([execute(TABLE), execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES (1, 'x')")]);
    let (_, first) = bench.pipeline("a", &Value::Null, opening).await;
    // This write succeeds as soon as the other transaction is rolled back.
    assert_eq!(bench.execute("a", "INSERT INTO t VALUES (2, 'y')").await["type"], "ok");
    assert_eq!(bench.count("a").await, "1");
    let (status, answer) = bench.pipeline("a", &first["baton"], json!([])).await;
    assert_eq!(status, 400);
    let message = "The stream has expired due to inactivity";
    assert_eq!(answer, json!({ "message": message, "code": "STREAM_EXPIRED" }));
    assert_eq!(bench.server.streams(), 0);
}

#[tokio::test]
async fn a_transaction_that_keeps_another_waiting_for_too_long_is_taken_away() {
    let options = Options { transaction: Duration::from_millis(100), ..Options::default() };
    let bench = Bench::new(options).await;
    bench.execute("a", TABLE).await;
    let opening = json!([execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES (1, 'x')")]);
    let (_, first) = bench.pipeline("a", &Value::Null, opening).await;
    let began = Instant::now();
    assert_eq!(bench.execute("a", "INSERT INTO t VALUES (2, 'y')").await["type"], "ok");
    assert!(began.elapsed() >= Duration::from_millis(50), "it was not waited for");
    let next = json!([execute("COMMIT"), execute("SELECT 1")]);
    let (_, second) = bench.pipeline("a", &first["baton"], next).await;
    let expected = json!({ "message": "Transaction timed out", "code": "TRANSACTION_TIMEOUT" });
    assert_eq!(second["results"][0]["error"], expected);
    assert_eq!(second["results"][1]["type"], "ok", "the stream goes on");
    assert_eq!(bench.count("a").await, "1");
}

#[tokio::test]
async fn a_cursor_gives_its_rows_line_by_line() {
    let bench = Bench::plain().await;
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n";
    let body = json!({ "batch": { "steps": [{ "stmt": { "sql": many } }, { "stmt": { "sql": "SELECT * FROM u" } }] } });
    let text = bench.post("a", "cursor", &body).send().await.unwrap().text().await.unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines[0]["baton"].is_string());
    assert_eq!(lines[1], json!({ "type": "step_begin", "step": 0, "cols": [{ "name": "i", "decltype": null }] }));
    assert_eq!(lines[20_001], json!({ "type": "row", "row": [{ "type": "integer", "value": "20000" }] }));
    assert_eq!(lines[20_002]["type"], "step_end");
    assert_eq!(lines[20_003]["type"], "step_error");
    assert_eq!(lines[20_003]["error"]["code"], "SQLITE_UNKNOWN");
    assert_eq!(lines[20_004]["type"], "replication_index");
    let (status, _) = bench.pipeline("a", &lines[0]["baton"], json!([{ "type": "close" }])).await;
    assert_eq!(status, 200);
    assert_eq!(bench.server.streams(), 0);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_but_a_cursors_may_be() {
    let bench = Bench::new(Options { max_response_size: 1000, ..Options::default() }).await;
    let sql = "SELECT zeroblob(1001)";
    assert_eq!(bench.execute("a", sql).await["error"]["code"], "RESPONSE_TOO_LARGE");
    let body = json!({ "batch": { "steps": [{ "stmt": { "sql": sql } }] } });
    let text = bench.post("a", "cursor", &body).send().await.unwrap().text().await.unwrap();
    assert!(text.contains("step_end"), "{text}");
}

#[tokio::test]
async fn many_writers_at_once_all_get_their_turn() {
    let bench = Bench::plain().await;
    bench.execute("a", TABLE).await;
    let insert = json!([batch(&[
        ("BEGIN IMMEDIATE", Value::Null),
        ("INSERT INTO t (name) SELECT count(*) FROM t", Value::Null),
        ("COMMIT", Value::Null),
    ])]);
    let writers: Vec<_> = (0..20)
        .map(|_| {
            let body = json!({ "requests": insert });
            tokio::spawn(bench.post("a", "pipeline", &body).send())
        })
        .collect();
    for writer in writers {
        assert_eq!(writer.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(bench.count("a").await, "20");
}

#[tokio::test]
async fn a_database_is_found_by_its_host_or_by_the_path_that_stands_for_it() {
    let bench = Bench::new(Options { naming: Naming::Host, ..Options::default() }).await;
    let body = json!({ "requests": [execute(TABLE)] });
    let url = format!("{}/v3-org.turso.io/v3/pipeline", bench.server.user_url());
    assert!(bench.server.databases().create("v3-org").unwrap());
    assert_eq!(bench.client.post(url).json(&body).send().await.unwrap().status(), 200);
    let found = bench.post("ignored", "pipeline", &body).header("host", "b.example").send().await.unwrap();
    assert_eq!(found.status(), 200);
    assert_eq!(["a", "b", "v3-org"].map(|name| bench.server.databases().requests(name)), [0, 1, 1]);
    assert!(bench.server.databases().delete("v3-org").unwrap());
    assert_eq!(bench.server.databases().keys(), ["a", "b"]);
}
