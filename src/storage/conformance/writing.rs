//! Tests of reads and writes, and of their errors.

use std::{sync::Arc, time::Instant};

use super::{Rig, kind::DEADLINE, making::number};
use crate::{Database, StorageError, params};

const ADD: &str = "INSERT INTO users (id, username, role, password_hash, created_at) VALUES (?1, ?2, 'member', '', 1)";
const HAND_OFF: &str = "INSERT INTO hand_offs (code_hash, user_id, expires_at) VALUES (?1, ?2, 1)";

async fn users(database: &Database) -> i64 {
    number(database, "SELECT count(*) FROM users").await
}

pub(super) async fn a_read_sees_what_was_committed_and_nothing_else(rig: Arc<Rig>) {
    let location = rig.make().await;
    let (database, other) = (rig.open(&location).await.unwrap(), rig.open(&location).await.unwrap());
    let mut transaction = database.write().await.unwrap();
    assert_eq!(transaction.run(ADD, params!["1", "ada"]).await.unwrap().changes, 1);
    let own = transaction.run("SELECT username FROM users WHERE id = ?1", params!["1"]).await.unwrap();
    assert_eq!(own.first().unwrap().get::<String>(0).unwrap(), "ada", "a transaction sees its own rows");
    assert_eq!((users(&database).await, users(&other).await), (0, 0));
    transaction.commit().await.unwrap();
    assert_eq!((users(&database).await, users(&other).await), (1, 1));
    let changed = "UPDATE users SET disabled = 1 RETURNING username";
    let mut transaction = database.write().await.unwrap();
    assert_eq!(transaction.run(changed, vec![]).await.unwrap().first().unwrap().get::<String>(0).unwrap(), "ada");
    transaction.commit().await.unwrap();
    assert_eq!(number(&other, "SELECT disabled FROM users").await, 1);
}

pub(super) async fn a_dropped_transaction_never_was(rig: Arc<Rig>) {
    let database = rig.database().await;
    let mut dropped = database.write().await.unwrap();
    dropped.run(ADD, params!["1", "ada"]).await.unwrap();
    drop(dropped);
    let begun = Instant::now();
    let mut next = database.write().await.unwrap();
    assert!(begun.elapsed() < DEADLINE / 2, "nobody waits for what was dropped");
    assert_eq!(next.run("SELECT 1 FROM users", vec![]).await.unwrap().rows.len(), 0);
    next.commit().await.unwrap();
    assert_eq!(users(&database).await, 0);
}

pub(super) async fn a_constraint_names_its_column_and_leaves_the_transaction_usable(rig: Arc<Rig>) {
    let database = rig.database().await;
    let mut transaction = database.write().await.unwrap();
    transaction.run(ADD, params!["1", "ada"]).await.unwrap();
    for (id, name, column) in [("2", "ada", "users.username"), ("1", "bob", "users.id")] {
        let refused = transaction.run(ADD, params![id, name]).await.err().unwrap();
        assert!(refused.is_duplicate_of(column), "{refused:?}");
        let text = format!("UNIQUE constraint failed: {column}");
        assert!(matches!(&refused, StorageError::Constraint(why) if *why == text), "{refused:?}");
    }
    let unnamed = transaction.run(ADD, params!["3", None::<String>]).await.err().unwrap();
    assert!(
        matches!(&unnamed, StorageError::Constraint(why) if why == "NOT NULL constraint failed: users.username"),
        "{unnamed:?}"
    );
    let role = transaction.run("UPDATE users SET role = 'king'", vec![]).await.err().unwrap();
    assert!(matches!(&role, StorageError::Constraint(why) if why.starts_with("CHECK constraint failed")), "{role:?}");
    transaction.run(ADD, params!["2", "bob"]).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(users(&database).await, 2);
    let refused = database.batch(vec![(ADD, params!["3", "bob"])]).await.unwrap_err();
    assert!(refused.is_duplicate_of("users.username"), "{refused:?}");
}

pub(super) async fn a_statement_that_is_wrong_leaves_the_transaction_usable(rig: Arc<Rig>) {
    let database = rig.database().await;
    let mut transaction = database.write().await.unwrap();
    transaction.run(ADD, params!["1", "ada"]).await.unwrap();
    for wrong in ["SELECT * FROM nowhere", "SELECT nothing FROM users", "SELECT shoe_size FROM users", "SELEC 1"] {
        let refused = transaction.run(wrong, vec![]).await.err().unwrap();
        assert!(matches!(refused, StorageError::Other { .. }), "{wrong}: {refused:?}");
        let refused = database.read(wrong, vec![]).await.err().unwrap();
        assert!(matches!(refused, StorageError::Other { .. }), "{wrong}: {refused:?}");
        let refused = database.ask(wrong.to_owned()).await.err().unwrap();
        assert!(matches!(refused, StorageError::Other { .. }), "{wrong}: {refused:?}");
    }
    transaction.commit().await.unwrap();
    assert_eq!(users(&database).await, 1);
}

pub(super) async fn foreign_keys_hold(rig: Arc<Rig>) {
    let database = rig.database().await;
    let foreign = database.batch(vec![(HAND_OFF, params![vec![1_u8], "nobody"])]).await.unwrap_err();
    assert!(matches!(&foreign, StorageError::Constraint(why) if why.starts_with("FOREIGN KEY")), "{foreign:?}");
    let mut transaction = database.write().await.unwrap();
    let foreign = transaction.run(HAND_OFF, params![vec![1_u8], "nobody"]).await.err().unwrap();
    assert!(matches!(&foreign, StorageError::Constraint(why) if why.starts_with("FOREIGN KEY")), "{foreign:?}");
    transaction.run(ADD, params!["1", "ada"]).await.unwrap();
    transaction.run(HAND_OFF, params![vec![1_u8], "1"]).await.unwrap();
    transaction.commit().await.unwrap();
    database.batch(vec![("DELETE FROM users", vec![])]).await.unwrap();
    assert_eq!(number(&database, "SELECT count(*) FROM hand_offs").await, 0, "what belonged to whoever went goes too");
}

pub(super) async fn a_batch_is_done_whole_or_not_at_all(rig: Arc<Rig>) {
    let database = rig.database().await;
    let failing = [
        vec![(ADD, params!["1", "ada"]), (ADD, params!["2", "ada"]), (ADD, params!["3", "cyd"])],
        vec![(ADD, params!["1", "ada"]), ("INSERT INTO nowhere VALUES (1)", vec![])],
        vec![(ADD, params!["1", "ada"]), ("INSERT INTO users VALUES", vec![])],
        vec![("CREATE TABLE new (x)", vec![]), (ADD, params!["1", "ada"]), (HAND_OFF, params![vec![1_u8], "2"])],
    ];
    for (number, batch) in failing.into_iter().enumerate() {
        let failed = database.batch(batch).await.unwrap_err();
        assert!(matches!(failed, StorageError::Constraint(_) | StorageError::Other { .. }), "{number}: {failed:?}");
        assert_eq!(users(&database).await, 0, "{number}");
    }
    assert_eq!(number(&database, "SELECT count(*) FROM sqlite_schema WHERE name = 'new'").await, 0);
    let good = vec![
        (ADD, params!["1", "ada"]),
        ("UPDATE users SET created_at = ?1 WHERE id = ?2", params![7, "1"]),
        (HAND_OFF, params![vec![1_u8], "1"]),
    ];
    database.batch(good).await.unwrap();
    assert_eq!(number(&database, "SELECT created_at FROM users JOIN hand_offs ON user_id = users.id").await, 7);
    database.batch(vec![]).await.unwrap();
}

pub(super) async fn a_wrong_number_of_parameters_is_an_error_that_does_nothing(rig: Arc<Rig>) {
    let database = rig.database().await;
    let wrong = |error: StorageError, expected: (usize, usize)| match error {
        StorageError::Parameters { takes, given, .. } => assert_eq!((takes, given), expected),
        other => panic!("{other:?}"),
    };
    wrong(database.read("SELECT ?1", vec![]).await.err().unwrap(), (1, 0));
    wrong(database.read("SELECT ?1", params![1, 2]).await.err().unwrap(), (1, 2));
    wrong(database.read("SELECT ?, '?'", vec![]).await.err().unwrap(), (1, 0));
    wrong(database.batch(vec![(ADD, params!["1", "ada"]), (ADD, params!["2"])]).await.unwrap_err(), (2, 1));
    assert_eq!(users(&database).await, 0);
    let mut transaction = database.write().await.unwrap();
    transaction.run(ADD, params!["1", "ada"]).await.unwrap();
    wrong(transaction.run(ADD, params!["2", "bob", "3"]).await.err().unwrap(), (2, 3));
    transaction.commit().await.unwrap();
    assert_eq!(users(&database).await, 1);
}

pub(super) async fn a_second_writer_waits_for_the_first_and_then_writes(rig: Arc<Rig>) {
    let database = rig.database().await;
    let mut first = database.write().await.unwrap();
    first.run(ADD, params!["1", "ada"]).await.unwrap();
    let second = async {
        let mut second = database.write().await.unwrap();
        let seen = second.run("SELECT 1 FROM users", vec![]).await.unwrap().rows.len();
        second.run(ADD, params!["2", "bob"]).await.unwrap();
        second.commit().await.unwrap();
        seen
    };
    let first = async {
        first.run(ADD, params!["3", "cyd"]).await.unwrap();
        assert_eq!(users(&database).await, 0, "readers wait for nobody");
        first.commit().await.unwrap();
    };
    let (seen, ()) = tokio::join!(second, first);
    assert_eq!(seen, 2, "it began when the first was done");
    assert_eq!(users(&database).await, 3);
}

pub(super) async fn a_second_writer_that_waits_too_long_is_told_so_and_does_nothing(rig: Arc<Rig>) {
    let database = rig.database().await;
    let mut first = database.write().await.unwrap();
    first.run(ADD, params!["1", "ada"]).await.unwrap();
    let begun = Instant::now();
    let second = database.write().await.err().unwrap();
    assert!(matches!(second, StorageError::Busy), "{second:?}");
    assert!(begun.elapsed() < DEADLINE + DEADLINE / 4, "{:?}", begun.elapsed());
    first.commit().await.unwrap();
    let mut third = database.write().await.unwrap();
    third.run(ADD, params!["2", "bob"]).await.unwrap();
    third.commit().await.unwrap();
    assert_eq!(users(&database).await, 2);
}

pub(super) async fn many_writers_at_once_lose_nothing(rig: Arc<Rig>) {
    let database = Arc::new(rig.database().await);
    database.batch(vec![(ADD, params!["0", "sum"])]).await.unwrap();
    let writers = (0..4).map(|writer| {
        let database = Arc::clone(&database);
        tokio::spawn(async move {
            for number in 0..10 {
                let name = format!("{writer}-{number}");
                let add = (ADD, params![name.clone(), name]);
                let count = ("UPDATE users SET created_at = created_at + 1 WHERE id = '0'", vec![]);
                // A real server may be busy with a checkpoint. Nothing was written then.
                while let Err(error) = database.batch(vec![add.clone(), count.clone()]).await {
                    assert!(matches!(error, StorageError::Busy), "{error:?}");
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(number(&database, "SELECT created_at FROM users WHERE id = '0'").await, 41);
    assert_eq!(users(&database).await, 41);
}
