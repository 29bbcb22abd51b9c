//! Files from outside: what an import takes from them, what it refuses with which text, and what it leaves unchanged.

use std::{
    fs,
    path::{Path, PathBuf},
};

use backend::{Error, Operation, Outcome};
use domain::{Ailment, List, TenantName};

use crate::{Freehold, PASSWORD, program, try_sign_in};

fn name(text: &str) -> TenantName {
    text.parse().unwrap()
}

/// A Freehold with an exported workspace.
async fn exported() -> (Freehold, PathBuf) {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let file = freehold.folder.path().join("acme.db");
    freehold.operator.run(Operation::Export(name("acme"), file.clone())).await.unwrap();
    (freehold, file)
}

/// Runs SQL on a file as an attacker could: the schema is writable, and constraints are not checked.
async fn change(file: &Path, sql: &str) {
    let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let free = "PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON; PRAGMA foreign_keys = OFF;";
    database.execute_batch(&format!("{free}{sql}")).await.unwrap();
}

async fn import(freehold: &Freehold, file: &Path) -> Result<Outcome, Error> {
    freehold.operator.run(Operation::Import(name("beta"), file.to_owned(), None)).await
}

/// Returns the reason for refusing the file, and checks that nothing of it is left.
async fn refusal(freehold: &Freehold, file: &Path) -> String {
    let Err(Error::Refused(why)) = import(freehold, file).await else { panic!("it was imported") };
    assert!(matches!(freehold.visit("beta"), Err(Error::UnknownTenant)));
    assert!(freehold.backend.ensure_name_is_free(&name("beta")).is_ok());
    assert_eq!(fs::read_dir(freehold.folder.path().join("scratch")).unwrap().count(), 0, "a temporary file is left");
    why
}

#[tokio::test]
async fn people_and_history_come_along_and_no_password_does() {
    let (freehold, file) = exported().await;
    let second = "INSERT INTO users (id, username, display_name, role, password_hash, created_at) SELECT
        '01912d68-783e-7a03-8467-5661c1243ad4', 'eve', 'Evé', 'owner', password_hash, 9 FROM hashes;";
    let donor = freehold.database("acme");
    let hashes = format!(
        "ATTACH '{}' AS donor; CREATE TEMP TABLE hashes AS SELECT password_hash FROM donor.users; {second}
         UPDATE users SET password_hash = (SELECT password_hash FROM hashes);
         INSERT INTO activity (at, action, subject) VALUES (7, 'user added', 'eve');
         INSERT INTO sessions VALUES ('01912d68-783e-7a03-8467-5661c1243ad5', \
             '01912d68-783e-7a03-8467-5661c1243ad4', 'api', '', '', 1, 1, 99999999999999);",
        donor.display()
    );
    change(&file, &hashes).await;
    let Outcome::Created { user, one_time_password: Some(word), .. } = import(&freehold, &file).await.unwrap() else {
        panic!()
    };
    let beta = freehold.visit("beta").unwrap();
    assert_eq!(user.username.as_ref(), "eve", "the owner who was there first");
    for username in ["root", "eve", "nobody"] {
        let refused = try_sign_in(&beta, username, PASSWORD, &program()).await;
        assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{username} signs in with a password of the file");
    }
    let signed_in = try_sign_in(&beta, "eve", word.expose(), &program()).await.unwrap();
    assert_eq!(signed_in.user.display_name.unwrap().to_string(), "Evé");
    let Outcome::Users(page) = freehold
        .operator
        .run(Operation::UserList(name("beta"), domain::FindUsers { q: "ev".into(), ..Default::default() }))
        .await
        .unwrap()
    else {
        panic!()
    };
    assert_eq!(page.items.len(), 1, "who was imported is found");
}

#[tokio::test]
async fn an_object_that_no_workspace_has_is_refused_by_its_name() {
    let (freehold, file) = exported().await;
    let original = fs::read(&file).unwrap();
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let cases = [
        ("CREATE TRIGGER libsql_x AFTER INSERT ON users BEGIN UPDATE users SET role = 'owner'; END;", "libsql_x"),
        ("CREATE TRIGGER x AFTER DELETE ON sessions BEGIN SELECT 1; END;", "\"x\""),
        (
            "INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_y', 'users', 0, \
             'CREATE TRIGGER sqlite_y AFTER INSERT ON users BEGIN DELETE FROM sessions; END');",
            "sqlite_y",
        ),
        ("CREATE TABLE libsql_loot (hash TEXT);", "libsql_loot"),
        ("CREATE INDEX z ON users (role);", "\"z\""),
        ("CREATE VIRTUAL TABLE notes USING fts5 (text);", "notes"),
        ("ALTER TABLE users ADD COLUMN more TEXT AS (hex(zeroblob(9))) VIRTUAL;", "users"),
        (&format!("DROP TABLE sessions; CREATE VIEW sessions AS {endless};"), "sessions"),
        (&format!("DROP TABLE migrations; CREATE VIEW migrations AS {endless};"), "migrations"),
        (
            "INSERT INTO sqlite_schema VALUES ('view', CAST(x'ff' AS TEXT), 'x', 0, 'CREATE VIEW x AS SELECT 1');",
            "malformed database schema",
        ),
        ("DROP TABLE hand_offs;", "hand_offs"),
    ];
    for (sql, named) in cases {
        fs::write(&file, &original).unwrap();
        change(&file, sql).await;
        let why = refusal(&freehold, &file).await;
        assert!(why.contains(named), "{sql}: {why}");
    }
}

#[tokio::test]
async fn a_row_that_does_not_parse_is_refused_by_table_key_and_column() {
    let (freehold, file) = exported().await;
    let original = fs::read(&file).unwrap();
    for (sql, named) in [
        ("UPDATE users SET display_name = 'a' || char(27);", "display_name"),
        ("UPDATE users SET display_name = '';", "display_name"),
        ("UPDATE users SET display_name = CAST(x'ff61' AS TEXT);", "display_name: it is not UTF-8"),
        ("UPDATE users SET username = 'bob smith';", "username: Use letters"),
        ("UPDATE users SET username = 'ROOT';", "username: it must be written root"),
        ("UPDATE users SET id = upper(id);", "id: This is no id: a lower-case UUIDv7"),
        ("UPDATE users SET id = 'x';", "row x, id"),
        ("UPDATE users SET id = '9b2c1f0e-1c2d-4e3f-8a4b-5c6d7e8f9a0b';", "id"),
        ("UPDATE users SET created_at = 9223372036854775807;", "created_at: it is not a time"),
        ("UPDATE users SET email = 'no address';", "email"),
        ("INSERT INTO activity (id, at, action) VALUES (77, 1, 'custom.note');", "table activity, row 77, action"),
        ("INSERT INTO activity (at, action) VALUES (9223372036854775807, 'user added');", "at: it is not a time"),
        ("INSERT INTO sizes VALUES (5, 5, -1);", "table sizes, row 5, bytes"),
        ("UPDATE users SET display_name = hex(zeroblob(9000));", "more than 4096 bytes"),
        ("UPDATE users SET search = hex(zeroblob(1000000));", "table users: a value has more than"),
        (
            "INSERT INTO users (id, username, email, role, password_hash, created_at) VALUES
             ('01912d68-783e-7a03-8467-5661c1243ad4', 'eve', 'É@x.example', 'member', '', 9),
             ('01912d68-783e-7a03-8467-5661c1243ad5', 'bob', 'é@x.example', 'member', '', 9);",
            "row 01912d68-783e-7a03-8467-5661c1243ad5, email: another row has the same",
        ),
        ("UPDATE users SET role = 'member';", "none of its users is an owner"),
        ("UPDATE users SET disabled = 1;", "all of its owners are disabled"),
    ] {
        fs::write(&file, &original).unwrap();
        change(&file, sql).await;
        let why = refusal(&freehold, &file).await;
        assert!(why.contains(named), "{sql}: {why}");
    }
}

#[tokio::test]
async fn only_the_file_itself_is_read_and_neither_it_nor_what_is_beside_it_changes() {
    let (freehold, file) = exported().await;
    let victim = freehold.folder.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    for companion in ["acme.db-journal", "acme.db-wal"] {
        let beside = file.with_file_name(companion);
        fs::write(&beside, format!("a journal that names {}", victim.display())).unwrap();
        let before = [fs::read(&file).unwrap(), fs::read(&beside).unwrap()];
        let why = refusal(&freehold, &file).await;
        assert!(why.contains(companion) && why.contains("close the program that uses it"), "{why}");
        assert!([fs::read(&file).unwrap(), fs::read(&beside).unwrap()] == before);
        fs::remove_file(beside).unwrap();
    }
    // A file in WAL mode, alone in its folder. The import must neither write to it nor create files beside it.
    let before = fs::read(&file).unwrap();
    change(&file, "PRAGMA journal_mode = WAL;").await;
    let before = (fs::read(&file).unwrap(), before).0;
    import(&freehold, &file).await.unwrap();
    assert!(fs::read(&file).unwrap() == before && fs::read_to_string(&victim).unwrap() == "precious");
    assert!(!file.with_file_name("acme.db-shm").exists(), "the file was opened in its place");
}

#[tokio::test]
async fn what_is_no_database_is_said_to_be_what_it_is() {
    let (freehold, file) = exported().await;
    let folder = freehold.folder.path();
    let other = folder.join("other.db");
    change(&other, "CREATE TABLE notes (text TEXT);").await;
    let made = |name: &str, content: &[u8]| {
        fs::write(folder.join(name), content).unwrap();
        folder.join(name)
    };
    let pipe = folder.join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut damaged = fs::read(&file).unwrap();
    damaged.truncate(damaged.len() / 2);
    for (file, says) in [
        (folder.join("nothing"), "there is no such file"),
        (folder.to_owned(), "it is a folder"),
        ("/dev/null".into(), "it is a device"),
        (pipe, "it is a pipe (FIFO)"),
        (made("empty", b""), "it is empty"),
        (made("dump.sql", b"BEGIN TRANSACTION; CREATE TABLE users (id);"), "SQL dump"),
        (made("acme.db.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]), "gzip"),
        (made("picture", &[0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, 0, 0, 0, 0]), "not a SQLite database"),
        (made("half.db", &damaged), "damaged"),
        (other, "notes"),
    ] {
        let why = refusal(&freehold, &file).await;
        assert!(why.contains(says), "{}: {why}", file.display());
    }
}

#[tokio::test]
async fn a_file_of_the_first_version_is_imported_and_one_of_a_newer_freehold_is_refused() {
    let (freehold, file) = exported().await;
    change(&file, "INSERT INTO migrations VALUES (99, 'x', 1); CREATE TABLE later (id INTEGER) STRICT;").await;
    assert!(refusal(&freehold, &file).await.contains("a newer Freehold wrote it"));
    let first = freehold.folder.path().join("first.db");
    let migrations = "CREATE TABLE migrations
    (version INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;";
    let accounts = include_str!("../../../../migrations/tenant/0001_accounts.sql");
    let owner = "INSERT INTO users (id, username, role, password_hash, created_at) \
                 VALUES ('01912d68-783e-7a03-8467-5661c1243ad4', 'ada', 'owner', '', 9);";
    change(&first, &format!("{migrations}{accounts}{owner}")).await;
    let Outcome::Created { user, .. } = import(&freehold, &first).await.unwrap() else { panic!() };
    assert_eq!(user.username.as_ref(), "ada");
}

#[tokio::test]
async fn a_backup_is_restored_from_anywhere_if_this_freehold_made_it_and_refused_if_not() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let Outcome::Backup(view) = freehold.operator.run(Operation::Backup(name("acme"), None)).await.unwrap() else {
        panic!()
    };
    let elsewhere = tempfile::tempdir().unwrap();
    let archive = elsewhere.path().join("acme.db.zst");
    let manifest = elsewhere.path().join("acme.json");
    fs::copy(&view.file, &archive).unwrap();
    fs::copy(view.file.replace(".db.zst", ".json"), &manifest).unwrap();
    let restore = Operation::Restore(name("acme"), Some(archive.clone()));
    freehold.operator.run(restore.clone()).await.unwrap();
    let text = fs::read_to_string(&manifest).unwrap();
    for forged in [text.replace("\"keyEpoch\": 1", "\"keyEpoch\": 2"), without_seal(&text)] {
        assert_ne!(forged, text);
        fs::write(&manifest, forged).unwrap();
        let Err(Error::Refused(why)) = freehold.operator.run(restore.clone()).await else { panic!("it was restored") };
        assert!(why.contains("was not made by this Freehold") && why.contains("freehold import"), "{why}");
    }
    assert!(matches!(import(&freehold, &archive).await.unwrap(), Outcome::Created { .. }), "without passwords");
}

fn without_seal(manifest: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(manifest).unwrap();
    value.as_object_mut().unwrap().remove("seal");
    value.to_string()
}

#[tokio::test]
async fn the_doctor_names_a_foreign_object_and_deeply_a_row_that_does_not_parse() {
    let freehold = Freehold::new().await;
    for tenant in ["acme", "beta"] {
        freehold.sign_up(tenant).await;
    }
    freehold.backend.close().await;
    change(&freehold.database("acme"), "UPDATE users SET username = 'bob smith';").await;
    change(&freehold.database("beta"), "CREATE TRIGGER libsql_x AFTER INSERT ON users BEGIN SELECT 1; END;").await;
    let found = async |tenant: &str, deep| {
        let examine = Operation::DoctorTenant { name: name(tenant), deep };
        let Outcome::Findings(found) = freehold.operator.run(examine).await.unwrap() else { panic!() };
        found
    };
    assert_eq!(found("acme", false).await, []);
    let [wrong] = &found("acme", true).await[..] else { panic!() };
    assert!(wrong.ailment == Ailment::Damaged && wrong.detail.contains("username"), "{wrong:?}");
    let [strange] = &found("beta", false).await[..] else { panic!() };
    assert_eq!(strange.ailment, Ailment::Schema);
}

#[tokio::test]
async fn a_workspace_keeps_the_name_for_people_that_its_history_knows_unless_another_is_given() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    for called in ["Acme", "Acme Industries"] {
        freehold.operator.run(Operation::TenantRename(name("acme"), called.parse().unwrap())).await.unwrap();
    }
    let file = freehold.folder.path().join("acme.db");
    freehold.operator.run(Operation::Export(name("acme"), file.clone())).await.unwrap();
    for (to, given, called) in [("beta", None, "Acme Industries"), ("gamma", Some("Other"), "Other")] {
        let import = Operation::Import(name(to), file.clone(), given.map(|given| given.parse().unwrap()));
        let Outcome::Created { tenant, .. } = freehold.operator.run(import).await.unwrap() else { panic!() };
        assert_eq!(tenant.display_name.to_string(), called);
    }
}

#[tokio::test]
async fn a_file_of_another_encoding_and_page_size_becomes_a_database_like_every_other() {
    let freehold = Freehold::new().await;
    let file = freehold.folder.path().join("other.db");
    let migrations = "CREATE TABLE migrations
    (version INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;";
    let accounts = include_str!("../../../../migrations/tenant/0001_accounts.sql");
    let people = include_str!("../../../../migrations/tenant/0002_people.sql");
    let owner = "INSERT INTO users (id, username, display_name, role, password_hash, created_at) \
                 VALUES ('01912d68-783e-7a03-8467-5661c1243ad4', 'ada', 'Adä 😀', 'owner', '', 9);";
    let how =
        "PRAGMA encoding = 'UTF-16le'; PRAGMA page_size = 65536; PRAGMA auto_vacuum = FULL; PRAGMA user_version = 7;";
    change(&file, &format!("{how}{migrations}{accounts}{people}{owner}")).await;
    let Outcome::Created { user, .. } = import(&freehold, &file).await.unwrap() else { panic!() };
    assert_eq!(user.display_name.unwrap().to_string(), "Adä 😀");
    freehold.backend.close().await;
    let database = libsql::Builder::new_local(freehold.database("beta")).build().await.unwrap().connect().unwrap();
    let is =
        "SELECT (SELECT encoding FROM pragma_encoding) || ' ' || (SELECT page_size FROM pragma_page_size) || ' ' ||
        (SELECT auto_vacuum FROM pragma_auto_vacuum) || ' ' || (SELECT user_version FROM pragma_user_version)";
    let row = database.query(is, ()).await.unwrap().next().await.unwrap().unwrap();
    assert_eq!(row.get_str(0).unwrap(), "UTF-8 4096 0 0");
}

#[tokio::test]
async fn an_action_that_is_unknown_is_shown_as_it_is_and_spoils_no_list() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    freehold.backend.close().await;
    change(&freehold.database("acme"), "INSERT INTO activity (at, action) VALUES (1, 'custom.note');").await;
    let activity = Operation::TenantActivity(name("acme"), List::default());
    let Outcome::Activity(page) = freehold.operator.run(activity).await.unwrap() else { panic!() };
    assert_eq!(page.items[0].action.as_str(), "custom.note");
    freehold.operator.run(Operation::TenantOverview(name("acme"))).await.unwrap();
}
