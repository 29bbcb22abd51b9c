//! Tests of creating, opening, measuring, listing and deleting a database.

use std::{collections::BTreeSet, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use super::{Kind, Rig};
use crate::{Database, DatabaseLocation, StorageError, Summary, params};

const ADD: &str = "INSERT INTO activity (at, action) VALUES (?1, ?2)";

/// Runs a query that returns one integer.
pub(super) async fn number(database: &Database, sql: &'static str) -> i64 {
    database.read(sql, vec![]).await.unwrap().first().unwrap().get(0).unwrap()
}

async fn activities(database: &Database) -> i64 {
    number(database, "SELECT count(*) FROM activity").await
}

pub(super) async fn making_keeps_what_is_there(rig: Arc<Rig>) {
    let location = rig.make().await;
    let database = rig.open(&location).await.unwrap();
    database.batch(vec![(ADD, params![1, "x"])]).await.unwrap();
    assert_eq!(rig.stores.create(location.clone()).await.unwrap(), location);
    assert_eq!(
        rig.stores.create(DatabaseLocation { host: None, ..location.clone() }).await.unwrap(),
        location,
        "the host is told again"
    );
    assert_eq!(activities(&database).await, 1);
    assert_eq!(activities(&rig.open(&location).await.unwrap()).await, 1);
    assert_eq!(rig.left().await, [location.name].into());
}

pub(super) async fn a_new_database_has_the_schema_of_this_program_and_is_opened_again_as_it_is(rig: Arc<Rig>) {
    const APPLIED: &str = "SELECT min(applied_at) * 1000 + max(applied_at) FROM migrations";
    let location = rig.make().await;
    let database = rig.open(&location).await.unwrap();
    assert_eq!(&Summary::of(&database).await.unwrap(), rig.stores.expected());
    let applied = number(&database, APPLIED).await;
    let later = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let again = rig.stores.open_database(&location, later).await.unwrap();
    assert_eq!(number(&again, APPLIED).await, applied);
    let both = [rig.make().await, rig.make().await];
    let [one, other] = [rig.open(&both[0]), rig.open(&both[0])].map(|opening| async { opening.await.unwrap() });
    let (one, other) = tokio::join!(one, other);
    assert_eq!(Summary::of(&one).await.unwrap(), Summary::of(&other).await.unwrap(), "two may open at once");
    assert_eq!(activities(&rig.open(&both[1]).await.unwrap()).await, 0);
}

pub(super) async fn what_is_missing_is_missing_and_not_made_by_opening(rig: Arc<Rig>) {
    let gone = rig.make().await;
    rig.stores.delete(&gone).await.unwrap();
    for location in [rig.location(), gone] {
        for _ in 0..2 {
            let opened = rig.open(&location).await.err().unwrap();
            assert!(matches!(opened, StorageError::Missing), "{opened:?}");
            let usage = rig.store().usage(&location).await.unwrap_err();
            assert!(matches!(usage, StorageError::Missing), "{usage:?}");
        }
    }
    assert_eq!(rig.left().await, BTreeSet::new());
}

pub(super) async fn deleting_may_be_done_twice_and_leaves_nothing(rig: Arc<Rig>) {
    let (one, other) = (rig.make().await, rig.make().await);
    let database = rig.open(&one).await.unwrap();
    database.batch(vec![(ADD, params![1, "x"])]).await.unwrap();
    database.close().await;
    rig.stores.delete(&rig.location()).await.unwrap();
    for _ in 0..2 {
        rig.stores.delete(&one).await.unwrap();
        assert_eq!(rig.left().await, [other.name.clone()].into());
    }
    rig.store().take_away(other.name.clone()).await.unwrap();
    rig.store().take_away(other.name).await.unwrap();
    assert_eq!(rig.left().await, BTreeSet::new());
    assert_eq!(activities(&rig.database().await).await, 0, "another name begins anew");
}

pub(super) async fn the_list_holds_exactly_what_was_made(rig: Arc<Rig>) {
    let before: BTreeSet<_> = rig.store().list().await.unwrap().into_iter().flatten().collect();
    let [one, two, gone] = [rig.make().await, rig.make().await, rig.make().await];
    rig.open(&two).await.unwrap();
    rig.stores.delete(&gone).await.unwrap();
    let made = BTreeSet::from([one.name, two.name]);
    assert_eq!(rig.left().await, made);
    let Some(list) = rig.store().list().await.unwrap() else {
        return assert!(matches!(rig.kind, Kind::LibsqlServer | Kind::RealLibsqlServer), "it has no list");
    };
    assert_eq!(
        list.iter().cloned().collect::<BTreeSet<_>>().difference(&before).cloned().collect::<BTreeSet<_>>(),
        made
    );
    assert!(!list.contains(&gone.name));
    assert!(before.is_empty() || !rig.store().owns_all(), "{before:?}");
}

pub(super) async fn a_database_grows_and_its_size_and_usage_are_told(rig: Arc<Rig>) {
    let location = rig.make().await;
    let database = rig.open(&location).await.unwrap();
    let before = database.size().await.unwrap();
    assert!(before > 0);
    let add = "INSERT INTO activity (at, action, detail) VALUES (1, 'x', hex(zeroblob(150000)))";
    database.batch(vec![(add, vec![])]).await.unwrap();
    let after = database.size().await.unwrap();
    assert!(after >= before + 250_000, "{before} {after}");
    let usage = rig.store().usage(&location).await.unwrap();
    // A real server measures once a minute. Turso's double counts databases but not bytes.
    let is_exact = matches!(rig.kind, Kind::Local | Kind::LibsqlServer);
    // The latest writes to a file are in its log.
    assert!(usage.bytes + usage.log_bytes.unwrap_or_default() >= 250_000 || !is_exact, "{usage:?}");
    rig.store().examine(&location).await.unwrap();
    database.check(true).await.unwrap();
}

pub(super) async fn opening_and_reading_cost_one_request_each(rig: Arc<Rig>) {
    let location = rig.make().await;
    let database = rig.open(&location).await.unwrap();
    let Some(before) = rig.requests(&location) else { return }; // requests to files and real servers are not counted
    activities(&database).await;
    assert_eq!(rig.requests(&location), Some(before + 1));
    database.batch(vec![(ADD, params![1, "x"]), (ADD, params![2, "y"])]).await.unwrap();
    assert_eq!(rig.requests(&location), Some(before + 2));
    let again = rig.open(&location).await.unwrap();
    assert_eq!(rig.requests(&location), Some(before + 3), "it has its schema");
    assert_eq!(activities(&again).await, 2);
    assert_eq!(rig.requests(&location), Some(before + 4));
}
