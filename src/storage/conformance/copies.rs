//! Tests of images. An image is taken of a database on each storage and filled into a database on every other storage.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Kind, Rig, making::number};
use crate::{
    Database, Image, Summary,
    image::{SCHEMA, quoted, schema_objects},
    local, params,
};

/// Schema objects that a copy easily loses or damages. The trigger must not run for copied rows.
const ODD: [&str; 14] = [
    r#"CREATE TABLE "odd ""name"" ä" (id INTEGER PRIMARY KEY, "group" TEXT, [two words] BLOB, r REAL) STRICT"#,
    "CREATE TABLE keyed (a TEXT, b ANY, n INTEGER DEFAULT 1, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID",
    r#"CREATE UNIQUE INDEX "an odd index" ON "odd ""name"" ä" ("group") WHERE id > 1"#,
    "CREATE INDEX by_length ON keyed (length(a), b DESC)",
    r#"CREATE TRIGGER counts AFTER INSERT ON "odd ""name"" ä" BEGIN
        INSERT INTO keyed (a, b) VALUES ('count', coalesce(NEW."group", '-')) ON CONFLICT DO UPDATE SET n = n + 1; -- ;
    END"#,
    r#"CREATE VIEW "a view" AS SELECT a, "group" FROM keyed JOIN "odd ""name"" ä" ON b = "group""#,
    r#"INSERT INTO "odd ""name"" ä" VALUES (-1, 'it''s', x'00ff00', 1.0), (2, NULL, x'', 0.1), (9000000000, '', NULL, -1e300)"#,
    "INSERT INTO keyed VALUES ('ä', x'00', NULL), ('ä', 7, -7), ('', 'b', 9223372036854775807), ('', 0.5, 0)",
    "INSERT INTO users (id, username, search, role, password_hash, created_at) VALUES ('1', 'ada', 'ada', 'owner', '', 1)",
    r#"create  virtual table "odd notes" using fts5 (title, "the body", tokenize = 'trigram')"#,
    r#"INSERT INTO "odd notes" (rowid, title, "the body") VALUES (-7, 'one', 'it''s here'), (9000000000, 'two', 'hereafter'), (3, 'x', 'y')"#,
    r#"DELETE FROM "odd notes" WHERE rowid = 3"#,
    "DELETE FROM users WHERE id = '1'",
    // `user_search` indexes another table, `users`. One row of that table was deleted before.
    "INSERT INTO users (id, username, search, role, password_hash, created_at) VALUES ('2', 'bob', 'bob', 'owner', '', 1)",
];

/// Query over the search indexes of the virtual tables. It finds row ids in `odd notes` and usernames in `user_search`.
const FOUND: &str = r#"SELECT group_concat(found) FROM (
    SELECT rowid AS found FROM "odd notes" WHERE "odd notes" MATCH 'here' UNION ALL
    SELECT users.username FROM user_search JOIN users ON users.number = user_search.rowid
        WHERE user_search MATCH 'ada OR bob' ORDER BY 1)"#;

async fn odd_database(rig: &Rig) -> Database {
    let database = rig.database().await;
    database.batch(ODD.map(|sql| (sql, vec![])).to_vec()).await.unwrap();
    database
}

/// All rows of all tables and views of a database, each row written as SQL literals.
async fn contents(database: &Database) -> BTreeMap<String, Vec<String>> {
    let mut contents = BTreeMap::new();
    for object in schema_objects(&database.ask(SCHEMA.into()).await.unwrap()).unwrap() {
        if object.kind == "table" || object.kind == "view" {
            contents.insert(object.name.clone(), rows(database, &object.name).await);
        }
    }
    contents
}

async fn rows(database: &Database, table: &str) -> Vec<String> {
    let columns = format!("SELECT name FROM pragma_table_info({})", crate::image::text(table));
    let columns = database.ask(columns).await.unwrap().rows;
    let columns: Vec<_> =
        columns.iter().map(|row| format!("quote({})", quoted(&row.get::<String>(0).unwrap()))).collect();
    let all = format!("SELECT {} FROM {} ORDER BY 1", columns.join(" || ',' || "), quoted(table));
    database.ask(all).await.unwrap().rows.iter().map(|row| row.get(0).unwrap()).collect()
}

/// Takes an image of a database and checks it for damage.
async fn image_of(rig: &Rig, database: &Database) -> Arc<Image> {
    let image = rig.image();
    database.copy_to(image.path()).await.unwrap();
    image.check().await.unwrap();
    Arc::new(image)
}

pub(super) async fn a_copy_taken_while_others_write_is_of_one_moment(rig: Arc<Rig>) {
    let database = Arc::new(rig.database().await);
    let tables = [
        "CREATE TABLE pair (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)",
        "INSERT INTO pair VALUES (1, 0), (2, 0)",
        "CREATE TABLE filler (id INTEGER PRIMARY KEY, x TEXT)",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
         INSERT INTO filler SELECT i, hex(zeroblob(100)) FROM n",
        "CREATE TABLE steps (n INTEGER PRIMARY KEY)",
    ];
    database.batch(tables.map(|sql| (sql, vec![])).to_vec()).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn(write_until(Arc::clone(&database), Arc::clone(&done)));
    let mut copies = Vec::new();
    for _ in 0..3 {
        let before = number(&database, "SELECT max(n) FROM pair").await;
        while number(&database, "SELECT max(n) FROM pair").await == before {
            tokio::task::yield_now().await; // lets the writer run
        }
        copies.push(image_of(&rig, &database).await);
    }
    done.store(true, Ordering::Relaxed);
    writing.await.unwrap();
    let mut last = 0;
    for copy in copies {
        let copy = Database::Local(local::Database::open_as_it_is(copy.path()).unwrap());
        let n = number(&copy, "SELECT n FROM pair WHERE id = 1").await;
        assert!(n > last, "{n} after {last}");
        assert_eq!(number(&copy, "SELECT n FROM pair WHERE id = 2").await, n);
        assert_eq!(number(&copy, "SELECT count(*) FROM steps").await, n);
        assert_eq!(number(&copy, "SELECT count(*) FROM filler").await, 5000);
        copy.close().await;
        last = n;
    }
}

async fn write_until(database: Arc<Database>, done: Arc<AtomicBool>) {
    let step = "UPDATE pair SET n = n + 1 WHERE id = ?1";
    while !done.load(Ordering::Relaxed) {
        let keep = ("INSERT INTO steps SELECT n FROM pair WHERE id = 1", vec![]);
        let batch = vec![(step, params![1]), keep, (step, params![2])];
        while let Err(error) = database.batch(batch.clone()).await {
            assert!(matches!(error, crate::StorageError::Busy), "{error:?}");
        }
    }
}

pub(super) async fn an_image_becomes_the_same_database_on_every_storage(rig: Arc<Rig>) {
    let source = odd_database(&rig).await;
    let (summary, held) = (Summary::of(&source).await.unwrap(), contents(&source).await);
    assert_eq!((summary.rows["keyed"], held["a view"].len()), (7, 2), "{held:?}");
    assert_eq!(summary.rows["odd notes"], 2);
    assert!(!summary.rows.contains_key("odd notes_data"), "an index's own tables are none of ours");
    let image = image_of(&rig, &source).await;
    assert_eq!(image.summary().await.unwrap(), summary);
    for kind in Kind::all() {
        let (image, summary, held) = (Arc::clone(&image), summary.clone(), held.clone());
        Box::pin(Rig::with(kind, |target| async move {
            let database = target.open(&target.fill(image).await).await.unwrap();
            assert_eq!(Summary::of(&database).await.unwrap(), summary, "{kind:?}");
            assert_eq!(contents(&database).await, held, "{kind:?}");
            let found: String = database.read(FOUND, vec![]).await.unwrap().first().unwrap().get(0).unwrap();
            assert_eq!(found, "-7,9000000000,bob", "{kind:?}");
            let back = image_of(&target, &database).await;
            assert_eq!(back.summary().await.unwrap(), summary, "{kind:?}");
            let refused = "INSERT INTO hand_offs (code_hash, user_id, expires_at) VALUES (x'01', 'nobody', 1)";
            assert!(database.batch(vec![(refused, vec![])]).await.is_err(), "{kind:?}: it is guarded as before");
        }))
        .await;
    }
}

pub(super) async fn twenty_thousand_rows_go_round(rig: Arc<Rig>) {
    const DIGEST: &str = "SELECT count(*) * 1000000007 + sum(id * (1 + length(data)) % 1000003) \
        + sum(unicode(substr(hex(data), 1 + id % 40, 1)) * id) FROM much";
    let source = rig.database().await;
    let tables = [
        "CREATE TABLE much (id INTEGER PRIMARY KEY, data BLOB NOT NULL, label TEXT) STRICT",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
         INSERT INTO much SELECT i, randomblob(20 + i % 300), 'row ' || i FROM n",
        "CREATE INDEX much_by_label ON much (label)",
    ];
    source.batch(tables.map(|sql| (sql, vec![])).to_vec()).await.unwrap();
    let (summary, digest) = (Summary::of(&source).await.unwrap(), number(&source, DIGEST).await);
    assert_eq!(summary.rows["much"], 20_000);
    let image = image_of(&rig, &source).await;
    let database = rig.open(&rig.fill(image).await).await.unwrap();
    assert_eq!(Summary::of(&database).await.unwrap(), summary);
    assert_eq!(number(&database, DIGEST).await, digest);
}
