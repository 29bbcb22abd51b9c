//! `freehold export` and `freehold import`: a workspace as a file.

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
