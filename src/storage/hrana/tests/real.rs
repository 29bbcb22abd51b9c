//! Tests of the same client against a real libsql-server, if `FREEHOLD_TEST_SQLD` names its binary.

use std::{sync::Arc, time::Duration};

use libsql::Value;
use tempfile::TempDir;

use crate::{
    Ambient, StorageError,
    conformance::sqld::Sqld,
    hrana::{Client, Database, Tokens},
    libsql_server::{Admin, Config, Minter, Namespace, tests::minter},
    params,
};

/// A server for one test. It ends with the test.
struct Real {
    sqld: Sqld,
    admin: Admin,
    client: Client,
    minter: Arc<Minter>,
    _folder: TempDir,
}

impl Real {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sqld = Sqld::own(&folder).await;
        let client = Client::new(Arc::new(Ambient), Duration::from_secs(2)).unwrap();
        Self { admin: sqld.admin(), sqld, client, minter: Arc::new(minter().0), _folder: folder }
    }

    fn database(&self, asked: &str, token_for: &str) -> Database {
        let tokens = Tokens::minted(Arc::clone(&self.minter), namespace(token_for));
        Database::new(&self.client, self.sqld.url.clone(), Some(namespace(asked)), tokens)
    }

    async fn made(&self, name: &str) -> Database {
        self.admin.create(&namespace(name)).await.unwrap();
        let database = self.database(name, name);
        database.batch(vec![("CREATE TABLE a (id INTEGER PRIMARY KEY, x UNIQUE)", vec![])]).await.unwrap();
        database
    }
}

fn namespace(name: &str) -> Namespace {
    name.parse().unwrap()
}

const INSERT: &str = "INSERT INTO a (x) VALUES (?1) RETURNING id";

async fn count(database: &Database) -> i64 {
    database.read("SELECT count(*) FROM a", vec![]).await.unwrap().first().unwrap().get(0).unwrap()
}

#[tokio::test]
#[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
async fn real_namespaces_are_made_found_measured_and_removed() {
    let real = Real::start().await;
    let acme = namespace("acme");
    assert!(matches!(real.admin.config(&acme).await, Err(StorageError::Missing)));
    let nowhere = real.database("acme", "acme").read("SELECT 1", vec![]).await;
    assert!(matches!(nowhere, Err(StorageError::Missing)), "{:?}", nowhere.err());
    for _ in 0..2 {
        real.admin.create(&acme).await.unwrap();
    }
    let config = real.admin.config(&acme).await.unwrap();
    assert_eq!(config.durability_mode.as_deref(), Some("strong"));
    let database = real.database("acme", "acme");
    assert!(database.size().await.unwrap() > 0);
    real.admin.stats(&acme).await.unwrap();
    let blocked = |config: &mut Config| {
        config.block_writes = true;
        config.block_reason = Some("unpaid".into());
    };
    real.admin.set_config(&acme, blocked).await.unwrap();
    let write = database.batch(vec![("CREATE TABLE b (x)", vec![])]).await;
    assert!(matches!(&write, Err(StorageError::Blocked(why)) if why == "unpaid"), "{write:?}");
    let wrong_door = Admin::new(real.client.clone(), real.sqld.url.clone(), None, Duration::from_secs(5));
    let nothing = wrong_door.create(&namespace("other")).await;
    assert!(matches!(nothing, Err(StorageError::Unusable(_))), "{nothing:?}");
    for _ in 0..2 {
        real.admin.delete(&acme).await.unwrap();
    }
    assert!(matches!(real.admin.config(&acme).await, Err(StorageError::Missing)));
}

#[tokio::test]
#[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
async fn real_tokens_open_their_own_namespace_alone() {
    let real = Real::start().await;
    real.made("one").await;
    real.made("two").await;
    let other = real.database("two", "one").read("SELECT 1", vec![]).await.err().unwrap();
    assert!(matches!(other, StorageError::Missing | StorageError::Unauthorised(_)), "{other:?}");
    let none = Database::new(&real.client, real.sqld.url.clone(), Some(namespace("one")), Tokens::None);
    let none = none.read("SELECT 1", vec![]).await.err().unwrap();
    assert!(matches!(none, StorageError::Unauthorised(_)), "{none:?}");
}

#[tokio::test]
#[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
async fn real_values_come_back_as_they_went_and_errors_are_named() {
    let real = Real::start().await;
    let database = real.made("acme").await;
    let values = [
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Real(1.0),
        Value::Real(-1e300),
        Value::Text("ä\"\n\u{1}🏠".into()),
        Value::Blob(vec![0, 255, 7, 9]),
        Value::Blob(vec![]),
    ];
    for value in values {
        let mut seen = Vec::new();
        let kind = database.read("SELECT typeof(?1)", vec![value.clone()]).await.unwrap().first().unwrap();
        database
            .batch(vec![("DELETE FROM a", vec![]), ("INSERT INTO a (x) VALUES (?1)", vec![value.clone()])])
            .await
            .unwrap();
        let each = |_, row: Vec<Value>| {
            seen.extend(row);
            Ok(())
        };
        database.stream(vec!["SELECT x FROM a".into()], each).await.unwrap();
        assert_eq!(seen, [value], "{}", kind.get::<String>(0).unwrap());
    }
    let twice = vec![("INSERT INTO a (x) VALUES (7)", vec![]), ("INSERT INTO a (x) VALUES (7)", vec![])];
    let error = database.batch(twice).await.unwrap_err();
    assert!(error.is_duplicate_of("a.x"), "{error:?}");
    assert_eq!(count(&database).await, 1, "the first of them is undone too");
    for sql in ["SELECT * FROM nowhere", "SELEC 1", "SELECT 1; SELECT 2", ""] {
        let error = database.read(sql, vec![]).await.err().unwrap();
        assert!(matches!(error, StorageError::Other { .. }), "{sql}: {error:?}");
    }
}

#[tokio::test]
#[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
async fn real_transactions_commit_roll_back_and_wait_for_each_other() {
    let real = Real::start().await;
    let database = real.made("acme").await;
    let mut first = database.write().await.unwrap();
    assert_eq!(first.run(INSERT, params!["x"]).await.unwrap().first().unwrap().get::<i64>(0).unwrap(), 1);
    assert!(first.run(INSERT, params!["x"]).await.err().unwrap().is_duplicate_of("a.x"));
    assert!(matches!(first.run("SELECT * FROM nowhere", vec![]).await, Err(StorageError::Other { .. })));
    first.run(INSERT, params!["y"]).await.unwrap();
    first.sequence("CREATE TABLE b (x); CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (NEW.x); SELECT 1; END; INSERT INTO a (x) VALUES ('z')").await.unwrap();
    assert_eq!(count(&database).await, 0, "nobody else sees it yet");
    let (second, ()) = tokio::join!(database.write(), async {
        first.commit().await.unwrap();
    });
    assert_eq!(count(&database).await, 3);
    let mut second = second.unwrap();
    second.run(INSERT, params!["gone"]).await.unwrap();
    drop(second);
    let third = database.write().await.unwrap();
    third.commit().await.unwrap();
    assert_eq!(count(&database).await, 3, "what was dropped is rolled back, and at once");
}

#[tokio::test]
#[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
async fn real_transactions_that_take_too_long_are_lost_and_do_nothing_more() {
    let real = Real::start().await;
    let database = real.made("acme").await;
    for way in 0..3 {
        let mut slow = database.write().await.unwrap();
        slow.run(INSERT, params![way]).await.unwrap();
        // The server takes the lock from a transaction that has held it for more than 5 s when another writer waits.
        tokio::time::sleep(Duration::from_millis(4500)).await;
        let other =
            database.batch(vec![("INSERT INTO a (x) VALUES ('other')", vec![]), ("DELETE FROM a", vec![])]).await;
        other.unwrap();
        let lost = match way {
            0 => slow.run(INSERT, params!["late"]).await.map(drop),
            1 => slow.sequence("INSERT INTO a (x) VALUES ('late'); INSERT INTO a (x) VALUES ('later')").await,
            _ => slow.commit().await,
        };
        assert!(matches!(lost, Err(StorageError::Lost(_))), "{way}: {lost:?}");
        assert_eq!(count(&database).await, 0, "{way}");
    }
}

#[tokio::test]
#[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
async fn real_streams_are_one_snapshot_and_a_given_up_write_lets_the_next_in() {
    let real = Real::start().await;
    let database = real.made("acme").await;
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) INSERT INTO a (x) SELECT i FROM n";
    database.batch(vec![(many, vec![])]).await.unwrap();
    let mut rows = [0, 0];
    let each = |step: usize, _| {
        rows[step] += 1;
        Ok(())
    };
    let statements = vec!["SELECT x, x, x FROM a".to_owned(), "SELECT name FROM sqlite_schema".to_owned()];
    let write = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        database.batch(vec![("CREATE TABLE c (x)", vec![])]).await
    };
    let (streamed, written) = tokio::join!(database.stream(statements, each), write);
    streamed.unwrap();
    written.unwrap();
    assert_eq!(rows[0], 50_000);
    let mut given_up = database.write().await.unwrap();
    given_up.run(INSERT, params!["x"]).await.unwrap();
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    assert!(matches!(given_up.run(endless, vec![]).await, Err(StorageError::TimedOut)));
    let begun = std::time::Instant::now();
    database.batch(vec![("DELETE FROM a WHERE x < 10", vec![])]).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "whoever gave up holds up nobody");
    assert_eq!(count(&database).await, 49_991);
}

#[tokio::test]
#[cfg_attr(not(test_sqld), ignore = "FREEHOLD_TEST_SQLD names no libsql-server")]
async fn real_servers_that_were_killed_lost_nothing_acknowledged_and_are_used_again() {
    let mut real = Real::start().await;
    let database = real.made("acme").await;
    for kept in 1..=3 {
        database.batch(vec![("INSERT INTO a (x) VALUES (?1)", params![kept])]).await.unwrap();
        let mut open = database.write().await.unwrap();
        open.run(INSERT, params!["open"]).await.unwrap();
        real.sqld.kill();
        assert!(open.run(INSERT, params!["late"]).await.is_err());
        assert!(matches!(open.commit().await, Err(StorageError::Lost(_))));
        assert!(matches!(database.read("SELECT 1", vec![]).await, Err(StorageError::Unusable(_))));
        real.sqld.start_again().await;
        assert_eq!(count(&database).await, kept);
    }
}
