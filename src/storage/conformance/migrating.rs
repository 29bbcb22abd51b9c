//! Tests of migrations: a newer schema, an older one, a changed one, and a migration that fails half-way.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Rig, making::number};
use crate::{
    Database, DatabaseLocation, Migration, MigrationSet, Result, StorageError, Summary, local, params, sample::TENANT,
};

/// A migration of three statements. Semicolons also occur in a string, in a comment and in the body of a trigger.
const NEXT: &str = "CREATE TABLE later (id INTEGER PRIMARY KEY, x TEXT NOT NULL DEFAULT ';') STRICT; -- a comment;
    CREATE TRIGGER later_added AFTER INSERT ON later BEGIN UPDATE later SET x = 'it''s;' WHERE id = NEW.id; SELECT 1; END;
    INSERT INTO later (id) VALUES (1);";
const AFTER: &str = "ALTER TABLE later ADD COLUMN y INTEGER; CREATE INDEX later_by_x ON later (x);";
const LATER: &str = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'later%'";

/// The migrations of a newer program: those of `TENANT`, followed by `more`.
fn newer(more: &[&'static str]) -> MigrationSet {
    let more: Vec<_> = more.iter().map(|sql| Migration::new(sql)).collect();
    MigrationSet(Vec::leak([TENANT.0, &more].concat()))
}

async fn open_by(rig: &Rig, migrations: MigrationSet, location: &DatabaseLocation) -> Result<Database> {
    rig.store().open_database(location, migrations, Timestamp::UNIX_EPOCH).await
}

pub(super) async fn a_database_that_is_behind_gets_what_it_lacks_and_keeps_its_rows(rig: Arc<Rig>) {
    let location = rig.make().await;
    let database = rig.open(&location).await.unwrap();
    let add = "INSERT INTO activity (at, action) VALUES (?1, 'x')";
    database.batch(vec![(add, params![7])]).await.unwrap();
    let database = open_by(&rig, newer(&[NEXT, AFTER]), &location).await.unwrap();
    assert_eq!(number(&database, "SELECT at FROM activity").await, 7);
    assert_eq!(number(&database, "SELECT x = 'it''s;' AND y IS NULL FROM later").await, 1);
    let summary = Summary::of(&database).await.unwrap();
    assert_eq!(summary.schema_version, rig.stores.expected().schema_version + 2);
    assert_ne!(summary.fingerprint, rig.stores.expected().fingerprint);
    let again = open_by(&rig, newer(&[NEXT, AFTER]), &location).await.unwrap();
    assert_eq!(Summary::of(&again).await.unwrap(), summary);
}

pub(super) async fn who_was_there_before_the_search_index_is_in_it(rig: Arc<Rig>) {
    let old = rig.image();
    local::Database::create(old.path(), MigrationSet(&TENANT.0[..2]), Timestamp::UNIX_EPOCH).unwrap();
    let people = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        INSERT INTO users (id, username, display_name, search, role, password_hash, created_at)
        SELECT i, 'u' || i, 'Zoë ' || i, 'u' || i || char(10) || 'zoë ' || i || char(10), 'member', '', 1 FROM n";
    let database = local::Database::open_as_it_is(old.path()).unwrap();
    database.batch(vec![(people, vec![])]).await.unwrap();
    database.close().await;
    let database = rig.open(&rig.fill(Arc::new(old)).await).await.unwrap();
    let found = async |entry: &str| {
        let found = format!("SELECT count(*) FROM user_search WHERE user_search MATCH '{entry}'");
        number(&database, found.leak()).await
    };
    assert_eq!((found("zoe").await, found("zoë").await, found("u30").await), (300, 0, 2));
}

pub(super) async fn a_migration_that_fails_leaves_nothing_behind(rig: Arc<Rig>) {
    let location = rig.make().await;
    let before = Summary::of(&rig.open(&location).await.unwrap()).await.unwrap();
    for failing in
        ["INSERT INTO nowhere VALUES (1)", "CREATE TABLE later (x)", "SELEC 1", "INSERT INTO later VALUES (2, NULL)"]
    {
        let failed = open_by(&rig, newer(&[NEXT, failing]), &location).await.err().unwrap();
        let version = TENANT.version() + 2;
        assert!(matches!(failed, StorageError::Migration { version: failed, .. } if failed == version), "{failed:?}");
        let database = rig.open(&location).await.unwrap();
        assert_eq!(number(&database, LATER).await, 0, "{failing}");
        assert_eq!(Summary::of(&database).await.unwrap(), before);
    }
    let database = open_by(&rig, newer(&[NEXT, AFTER]), &location).await.unwrap();
    assert_eq!(number(&database, LATER).await, 3, "what was mended is applied");
}

pub(super) async fn a_newer_and_a_changed_schema_are_refused(rig: Arc<Rig>) {
    let location = rig.make().await;
    let database = open_by(&rig, newer(&[NEXT]), &location).await.unwrap();
    let (found, known) = (TENANT.version() + 1, TENANT.version());
    let refused = rig.open(&location).await.err().unwrap();
    assert!(
        matches!(refused, StorageError::Newer { found: is, known: may } if (is, may) == (found, known)),
        "{refused:?}"
    );
    let refused = open_by(&rig, newer(&[AFTER]), &location).await.err().unwrap();
    assert!(matches!(refused, StorageError::Changed { version } if version == found), "{refused:?}");
    assert_eq!(number(&database, LATER).await, 2, "nothing was done to it");
}
