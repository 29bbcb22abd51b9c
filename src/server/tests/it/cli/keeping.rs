//! Backups: made by a command and by the schedule, listed, tested by a drill, restored, and undone.

use std::{fs, path::Path};

use serde_json::Value;

use super::{done, folder, members};
use crate::{
    process::{Process, freehold},
    support::TestApp,
};

const BACKUP: [&str; 9] =
    ["bytes", "compressedBytes", "file", "name", "rows", "schemaVersion", "storage", "takenAt", "tenant"];

fn people(data: &Path) -> Vec<String> {
    let users = done(data, &["users", "list", "acme", "--json"]).json();
    users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect()
}

fn backups(data: &Path) -> Vec<Value> {
    done(data, &["backups", "--json"]).json().as_array().unwrap().clone()
}

/// Makes a backup and a change, restores the backup, and undoes the restore.
fn round(data: &Path) {
    let made = done(data, &["backup", "acme"]);
    assert!(made.after("acme").contains("local") && made.out.contains(".db.zst"), "{made:?}");
    done(data, &["users", "add", "acme", "grace"]);
    assert_eq!(people(data), ["ada", "grace"]);

    let unsure = freehold(data, &["restore", "acme"], "acme\n");
    assert_eq!((unsure.status, unsure.out.as_str()), (1, ""), "{unsure:?}");
    assert!(unsure.err.contains("This puts its backup of 20") && unsure.err.contains("add --yes"), "{unsure:?}");
    let restored = done(data, &["restore", "acme", "--yes"]);
    assert!(restored.err.contains("everyone signs in anew") && restored.err.contains("tenants undo acme"));
    assert_eq!(people(data), ["ada"]);

    let undone = done(data, &["tenants", "undo", "acme"]);
    assert!(undone.err.contains("another `freehold tenants undo acme`"), "{undone:?}");
    assert_eq!(people(data), ["ada", "grace"]);
    assert_eq!(done(data, &["tenants", "forget-copies", "acme"]).after("copies removed"), "1");
    assert_eq!(done(data, &["tenants", "forget-copies", "acme", "--json"]).json()["copiesRemoved"], 0);
    let nothing = freehold(data, &["tenants", "undo", "acme"], "");
    assert!(nothing.status == 1 && nothing.err.contains("No older copy"), "{nothing:?}");

    let file = backups(data)[0]["file"].as_str().unwrap().to_owned();
    done(data, &["restore", "acme", "--from", &file, "--yes", "--json"]).json();
    assert_eq!(people(data), ["ada"]);
}

#[test]
fn a_restore_goes_back_to_the_backup_and_an_undo_to_what_was_before_it() {
    let folder = folder();
    round(folder.path());
}

#[test]
fn a_restore_and_an_undo_go_through_a_server_too() {
    let folder = folder();
    let server = Process::serve(folder.path());
    round(folder.path());
    assert_eq!(server.terminate(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_backed_up_and_one_that_fails_holds_up_none_of_the_others() {
    let app = TestApp::start().await;
    for name in ["acme", "beta", "gamma"] {
        app.sign_up(name).await;
    }
    let none = app.command(&["backups"]).await;
    assert!(none.status == 0 && none.err.contains("`freehold backup` makes some"), "{none:?}");
    let made = app.command(&["backup", "acme", "nobody", "beta"]).await;
    assert_eq!((made.status, made.out.lines().count()), (1, 3), "{made:?}");
    assert!(made.err.contains("1 of 3 could not be backed up:\n  nobody: No workspace has this name"), "{made:?}");
    let made = app.command(&["backup", "--all", "--keep", "1", "--json"]).await;
    assert_eq!(made.err.lines().count(), 1, "no bar where there is no terminal: {made:?}");
    assert!(made.err.starts_with("The list of workspaces is copied to "), "{made:?}");
    let names: Vec<_> = made.json().as_array().unwrap().iter().map(|backup| backup["name"].clone()).collect();
    assert_eq!((names, members(&made.json()[0])), (["acme", "beta", "gamma"].map(Value::from).into(), BACKUP.to_vec()));
    let kept = app.command(&["backups", "--json"]).await.json();
    assert_eq!(kept, made.json(), "the older ones are gone");
    assert_eq!(app.command(&["backups", "beta"]).await.out.lines().count(), 2);
}

#[test]
fn a_drill_restores_backups_and_finds_the_one_that_is_damaged() {
    let folder = folder();
    let data = folder.path();
    let nothing = freehold(data, &["drill"], "");
    assert!(nothing.status == 1 && nothing.err.contains("freehold backup --all"), "{nothing:?}");
    for _ in 0..3 {
        done(data, &["backup", "acme"]);
    }
    let drilled = done(data, &["drill"]);
    assert!(drilled.out.lines().count() == 2 && drilled.err.contains("1 backup restored and compared"), "{drilled:?}");
    assert_eq!(done(data, &["drill", "--count", "9", "--json"]).json().as_array().unwrap().len(), 3);
    let files: Vec<_> = backups(data).iter().map(|backup| backup["file"].as_str().unwrap().to_owned()).collect();
    let mut packed = fs::read(&files[1]).unwrap();
    let middle = packed.len() / 2;
    packed[middle] ^= 1;
    fs::write(&files[1], packed).unwrap();
    assert!(done(data, &["drill", &files[0]]).err.contains("as they were"));
    let damaged = freehold(data, &["drill", "--count", "3"], "");
    assert_eq!((damaged.status, damaged.out.lines().count()), (1, 3), "{damaged:?}");
    assert!(damaged.err.contains("1 of 3 could not be restored") && damaged.err.contains(&files[1]), "{damaged:?}");
    done(data, &["doctor"]); // the drills left nothing behind
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_backs_up_by_the_clock_and_not_anew_after_a_restart() {
    let folder = folder();
    let data = folder.path();
    let flags = ["--backup-every", "1h", "--backup-keep", "2"];
    let server = Process::serve_with(data, &flags);
    while backups(data).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.terminate(), 0);
    let server = Process::serve_with(data, &flags);
    for _ in 0..3 {
        done(data, &["drill"]); // takes longer than a backup
    }
    assert_eq!(server.terminate(), 0);
    let made = backups(data);
    assert_eq!((made.len(), &made[0]["name"]), (1, &"acme".into()), "the one is young");
}

#[test]
fn a_workspace_moves_to_a_storage_that_is_set_up_and_to_no_other() {
    let folder = folder();
    for (storage, says) in [("local", "on local already"), ("turso", "turso is not set up")] {
        let refused = freehold(folder.path(), &["tenants", "move", "acme", "--to", storage], "");
        assert!(refused.status == 1 && refused.err.contains(says), "{refused:?}");
    }
}
