//! Tests of the admin API, and of what stays after a server was stopped.

use double::Options;
use serde_json::{Value, json};

use crate::{Bench, execute};

#[tokio::test]
async fn a_namespace_is_made_once_and_its_files_go_with_it() {
    let bench = Bench::plain().await;
    let again = bench.create("a").await;
    assert_eq!(again.status(), 400);
    assert_eq!(again.json::<Value>().await.unwrap(), json!({ "error": "Namespace `a` already exists" }));
    assert!(bench.server.databases().file("a").is_some());
    let deleted = bench.admin("DELETE", "a").send().await.unwrap();
    assert_eq!((deleted.status().as_u16(), deleted.text().await.unwrap().as_str()), (200, ""));
    assert_eq!(bench.server.databases().file("a"), None);
    assert_eq!(bench.server.databases().keys(), ["b"]);
    let gone = bench.admin("DELETE", "a").send().await.unwrap();
    assert_eq!(gone.status(), 404);
    assert_eq!(gone.json::<Value>().await.unwrap(), json!({ "error": "Namespace `a` doesn't exist" }));
    let (status, answer) = bench.pipeline("a", &Value::Null, json!([])).await;
    assert_eq!((status.as_u16(), answer), (404, json!({ "error": "Namespace `a` doesn't exist" })));
}

#[tokio::test]
async fn a_name_cannot_lead_out_of_the_folder() {
    let bench = Bench::plain().await;
    assert_eq!(bench.create("..%2F..%2Fx").await.status(), 200);
    let file = bench.server.databases().file("../../x").unwrap();
    assert_eq!(file.parent().unwrap().parent().unwrap(), bench.server.folder());
}

#[tokio::test]
async fn the_admin_key_is_asked_for() {
    let bench = Bench::new(Options { admin_key: Some("key".into()), ..Options::default() }).await;
    for given in ["basic other", "bearer key", ""] {
        let url = format!("{}/v1/namespaces/c/create", bench.server.admin_url());
        let refused = bench.client.post(url).header("authorization", given).json(&json!({})).send().await.unwrap();
        assert_eq!(refused.status(), 401, "{given}");
    }
    assert_eq!(bench.create("c").await.status(), 200);
}

#[tokio::test]
async fn a_creation_needs_a_json_body() {
    let bench = Bench::plain().await;
    let create = || bench.admin("POST", "c/create");
    assert_eq!(create().send().await.unwrap().status(), 415);
    assert_eq!(create().header("content-type", "application/json").body("{").send().await.unwrap().status(), 400);
    let wrong = json!({ "durability_mode": "hopeful" });
    assert_eq!(create().json(&wrong).send().await.unwrap().status(), 422);
    assert_eq!(bench.server.databases().keys(), ["a", "b"]);
}

#[tokio::test]
async fn a_block_is_told_with_its_reason() {
    let bench = Bench::plain().await;
    bench.execute("a", "CREATE TABLE t (id)").await;
    for (reads, writes, read, written) in
        [(false, true, "ok", "error"), (true, false, "error", "error"), (false, false, "ok", "ok")]
    {
        let config = json!({ "block_reads": reads, "block_writes": writes, "block_reason": "unpaid" });
        assert_eq!(bench.admin("POST", "a/config").json(&config).send().await.unwrap().status(), 200);
        let write = bench.execute("a", "INSERT INTO t VALUES (1)").await;
        assert_eq!(bench.execute("a", "SELECT * FROM t").await["type"], read);
        assert_eq!(write["type"], written);
        if written == "error" {
            let blocked = json!({ "message": "Operation was blocked: unpaid", "code": "BLOCKED" });
            assert_eq!(write["error"], blocked);
        }
    }
}

#[tokio::test]
async fn what_is_not_set_again_is_cleared() {
    let bench = Bench::plain().await;
    let creation =
        json!({ "durability_mode": "strong", "max_db_size": "1mb", "allow_attach": true, "txn_timeout_s": 3 });
    bench.admin("POST", "c/create").json(&creation).send().await.unwrap();
    let config = async || bench.admin("GET", "c/config").send().await.unwrap().json::<Value>().await.unwrap();
    let before = config().await;
    assert_eq!(before["durability_mode"], "strong");
    assert_eq!(before["allow_attach"], true);
    let change = json!({ "block_reads": false, "block_writes": false });
    bench.admin("POST", "c/config").json(&change).send().await.unwrap();
    let after = config().await;
    assert_eq!(after["durability_mode"], "strong");
    assert_eq!(after["max_db_size"], before["max_db_size"]);
    assert_eq!((&after["allow_attach"], &after["txn_timeout_s"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn a_database_of_a_set_size_gets_full() {
    let bench = Bench::plain().await;
    bench.admin("POST", "c/create").json(&json!({ "max_db_size": 40960 })).send().await.unwrap();
    bench.execute("c", "CREATE TABLE t (bytes BLOB)").await;
    let result = bench.execute("c", "INSERT INTO t VALUES (zeroblob(100000))").await;
    let full = json!({ "message": "SQLite error: database or disk is full", "code": "SQLITE_FULL" });
    assert_eq!(result["error"], full);
    let stats = bench.admin("GET", "c/stats").send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(stats["storage_bytes_used"], 8192);
}

#[tokio::test]
async fn what_was_committed_outlives_the_server_and_nothing_else_does() {
    let mut bench = Bench::plain().await;
    let (url, admin) = (bench.server.user_url(), bench.server.admin_url());
    let before = json!([execute("CREATE TABLE t (id)"), execute("INSERT INTO t VALUES (1)")]);
    bench.run("a", before).await;
    let open = json!([execute("BEGIN IMMEDIATE"), execute("INSERT INTO t VALUES (2)")]);
    let (_, stream) = bench.pipeline("a", &Value::Null, open).await;
    bench.server.stop().await;
    let body = json!({ "requests": [] });
    assert!(bench.post("a", "pipeline", &body).send().await.is_err());
    bench.server.start_again().await.unwrap();
    assert_eq!((bench.server.user_url(), bench.server.admin_url()), (url, admin));
    assert_eq!(bench.count("a").await, "1");
    let (status, _) = bench.pipeline("a", &stream["baton"], json!([])).await;
    assert_eq!(status, 400);
    assert_eq!(bench.server.databases().keys(), ["a", "b"]);
}

#[test]
fn a_server_may_outlive_the_runtime_that_started_it() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = runtime().block_on(Bench::plain());
    let bench = Bench { client: reqwest::Client::new(), ..bench };
    let folder = bench.server.folder().to_owned();
    runtime().block_on(async {
        assert_eq!(bench.execute("a", "SELECT 1").await["type"], "ok");
        drop(bench);
    });
    assert!(!folder.exists());
}
