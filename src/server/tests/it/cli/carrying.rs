//! `freehold export` and `freehold import`: writing a workspace to a file, and making a workspace from one.

use std::{fs, process::Command};

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn an_exported_workspace_is_imported_under_another_name_and_its_owner_signs_in() {
    let (app, elsewhere) = (TestApp::start().await, tempfile::tempdir().unwrap());
    app.sign_up("acme").await;
    app.member("grace").await;
    let file = elsewhere.path().join("acme.db");
    let file = file.to_str().unwrap();
    let exported = app.command(&["export", "acme", file, "--json"]).await.json();
    assert_eq!(
        (&exported["file"], exported["bytes"].as_u64()),
        (&file.into(), Some(fs::metadata(file).unwrap().len()))
    );

    let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let secret = "SELECT (SELECT count(*) FROM users WHERE password_hash <> '') + (SELECT count(*) FROM sessions)";
    let mut rows = database.query(secret, ()).await.unwrap();
    assert_eq!(rows.next().await.unwrap().unwrap().get_value(0).unwrap(), libsql::Value::Integer(0));
    drop((rows, database));

    let imported = app.command(&["import", "beta", file]).await;
    assert!(imported.status == 0 && imported.err.contains("shown this once"), "{imported:?}");
    assert_eq!((imported.after("owner"), imported.after("storage")), ("root".into(), "local".into()));
    app.sign_in_as("beta", "root", &imported.after("one-time password")).await;
    let people = app.command(&["users", "list", "beta", "--json"]).await.json();
    assert_eq!(people.as_array().unwrap().len(), 2);
    app.sign_in("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_or_imported_is_said_why() {
    let (app, elsewhere) = (TestApp::start().await, tempfile::tempdir().unwrap());
    app.sign_up("acme").await;
    let file = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
    fs::write(file("junk"), "no database at all, whatever it is called".repeat(200)).unwrap();
    assert_eq!(app.command(&["export", "acme", &file("acme.db")]).await.status, 0);
    for (arguments, says) in [
        (["export", "acme", &file("junk")], "it is there already; name another file"),
        (["export", "acme", &file("no/folder")], "No such file or directory"),
        (["export", "nobody", &file("nobody.db")], "tenants list"),
        (["import", "beta", &file("nothing")], "cannot be imported: there is no such file"),
        (["import", "beta", &file("junk")], "junk cannot be imported"),
        (["import", "acme", &file("acme.db")], "taken"),
    ] {
        let refused = app.command(&arguments).await;
        assert_eq!((refused.status, refused.out.as_str()), (1, ""), "{arguments:?} {refused:?}");
        assert!(refused.err.contains(says), "{arguments:?} {refused:?}");
    }
    let tenants = app.command(&["tenants", "list", "--json"]).await.json();
    assert_eq!(tenants.as_array().unwrap().len(), 1, "nothing is left of them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_where_whoever_asks_is_and_not_where_the_server_is() {
    let (app, elsewhere) = (TestApp::start().await, tempfile::tempdir().unwrap());
    app.sign_up("acme").await;
    let mut export = Command::new(env!("CARGO_BIN_EXE_freehold"));
    export.args(["export", "acme", "acme.db"]).env("FREEHOLD_DATA", app.data()).current_dir(elsewhere.path());
    let output = tokio::task::spawn_blocking(move || export.output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(elsewhere.path().join("acme.db").is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_an_outsider_brings_its_people_and_nothing_that_lets_anybody_in() {
    let (app, elsewhere) = (TestApp::start().await, tempfile::tempdir().unwrap());
    app.sign_up("acme").await;
    let file = elsewhere.path().join("acme.db");
    let file = file.to_str().unwrap();
    assert_eq!(app.command(&["export", "acme", file]).await.status, 0);
    let original = fs::read(file).unwrap();
    let change = async |sql: &str| {
        let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
        database.execute_batch(sql).await.unwrap();
    };

    change("CREATE TRIGGER libsql_x AFTER UPDATE ON users BEGIN UPDATE users SET role = 'owner'; END").await;
    let refused = app.command(&["import", "beta", file]).await;
    assert!(refused.status == 1 && refused.err.contains("its trigger \"libsql_x\""), "{refused:?}");

    fs::write(file, &original).unwrap();
    change(
        "INSERT INTO users (id, username, role, password_hash, created_at) VALUES \
         ('01912d68-783e-7a03-8467-5661c1243ad4', 'eve', 'owner', \
          '$argon2id$v=19$m=4000000,t=1000,p=1$ZnJlZWhvbGQvbm9ib2R5$0oFTjgHPIiLr8CK8Uj9wDcM3MlkpNhZ0D3JyT3gxOlA', 9)",
    )
    .await;
    let imported = app.command(&["import", "beta", file, "--display-name", "Beta & Sons"]).await;
    assert_eq!((imported.status, imported.after("display name")), (0, "Beta & Sons".into()), "{imported:?}");
    assert_eq!(imported.after("owner"), "eve", "who was there first");
    assert!(imported.err.contains("`freehold users reset-password beta root`"), "{imported:?}");
    app.sign_in_as("beta", "eve", &imported.after("one-time password")).await;
}
