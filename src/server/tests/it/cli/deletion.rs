//! `freehold tenants delete`, which asks for confirmation, and `freehold restore`, which brings a deleted workspace back.

use std::{path::Path, process::Command};

use serde_json::Value;

use super::{done, folder, members};
use crate::{
    process::freehold,
    support::{PASSWORD, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_workspace_is_gone_its_name_waits_and_a_restore_brings_it_back() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let unsure = app.command_with(&["tenants", "delete", "acme"], "acme\n").await;
    assert_eq!((unsure.status, unsure.out.as_str()), (1, ""), "{unsure:?}");
    assert!(unsure.err.contains("A final backup is made first") && unsure.err.contains("add --yes"), "{unsure:?}");
    assert_eq!(app.status_of(&token).await, 200, "nothing was done");

    let deleted = app.command(&["tenants", "delete", "acme", "--yes"]).await;
    assert!(deleted.status == 0 && Path::new(&deleted.after("final backup")).is_file(), "{deleted:?}");
    assert!(deleted.err.contains("90 days") && deleted.err.contains("`freehold restore acme`"), "{deleted:?}");
    assert_eq!(app.status_of(&token).await, 400);
    assert_eq!(app.command(&["tenants", "show", "acme"]).await.status, 1);
    let refused = app.command(&["tenants", "create", "acme", "--username", "eve"]).await;
    assert!(refused.status == 1 && refused.err.contains("taken"), "{refused:?}");

    let back = app.command(&["restore", "acme"]).await; // nothing is replaced: no confirmation
    assert!(back.status == 0 && back.err.contains("acme is back; everyone signs in anew"), "{back:?}");
    assert_eq!(app.status_of(&token).await, 401);
    app.sign_in("acme").await;
}

#[test]
fn a_terminal_is_asked_to_type_the_name_of_what_is_deleted() {
    let folder = folder();
    let data = folder.path();
    let at_a_terminal = |typed: &str| {
        let command = concat!(env!("CARGO_BIN_EXE_freehold"), " tenants delete acme");
        let typing = format!("printf '{typed}\\n' | script --quiet --return --command '{command}' /dev/null");
        let output = Command::new("sh").args(["-c", &typing]).env("FREEHOLD_DATA", data).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, said) = at_a_terminal("yes");
    assert!(status == Some(1) && said.contains("Type acme") && said.contains("nothing was done"), "{said}");
    done(data, &["tenants", "show", "acme"]);
    let (status, said) = at_a_terminal("acme");
    assert!(status == Some(0) && said.contains("final backup") && said.contains("brings it back"), "{said}");
    assert_eq!(done(data, &["tenants", "list", "--json"]).json(), Value::Array(vec![]));
}

#[test]
fn a_final_backup_is_left_out_when_it_is_not_wanted() {
    let folder = folder();
    let data = folder.path();
    let deleted = done(data, &["tenants", "delete", "acme", "--yes", "--no-backup", "--json"]);
    assert!(deleted.err.contains("`freehold backups acme`"), "{deleted:?}");
    let deleted = deleted.json();
    assert_eq!(members(&deleted), ["backup", "name", "nameKeptUntil"]);
    assert_eq!((&deleted["backup"], &deleted["name"]), (&Value::Null, &"acme".into()));
    let lost = freehold(data, &["restore", "acme"], "");
    assert!(lost.status == 1 && lost.err.contains("There is no backup of acme"), "{lost:?}");
    let again = freehold(data, &["tenants", "delete", "acme", "--yes"], "");
    assert!(again.status == 1 && again.err.contains("tenants list"), "{again:?}");
}

#[test]
fn a_backup_brings_a_workspace_back_in_another_data_folder_that_has_the_secret() {
    let (folder, other) = (folder(), tempfile::tempdir().unwrap());
    let backup = done(folder.path(), &["backup", "acme", "--json"]).json();
    let file = backup[0]["file"].as_str().unwrap();
    let strange = freehold(&other.path().join("strange"), &["restore", "acme", "--from", file], "");
    assert!(strange.status == 1 && strange.err.contains("`freehold import NAME "), "{strange:?}");
    let new = other.path().join("data");
    std::fs::create_dir(&new).unwrap();
    std::fs::copy(folder.path().join("secret"), new.join("secret")).unwrap();
    let refused = freehold(&new, &["restore", "beta", "--from", file], "");
    assert!(refused.status == 1 && refused.err.contains("The backup is of acme"), "{refused:?}");
    done(&new, &["restore", "acme", "--from", file]);
    let [was, is] = [folder.path(), &new].map(|data| done(data, &["tenants", "show", "acme", "--json"]).json());
    assert_eq!((&was["id"], &was["people"]), (&is["id"], &is["people"]));
    let (create, password) = (["tenants", "create", "beta", "--username", "ada", "--password-stdin"], PASSWORD);
    assert_eq!(freehold(&new, &create, password).status, 0);
    let strange = freehold(&new, &["restore", "beta", "--from", file, "--yes"], "");
    assert!(strange.status == 1 && strange.err.contains("another workspace"), "{strange:?}");
}
