//! `freehold doctor`: its findings, what `--fix` repairs, and what it leaves alone.

use std::{
    fs::{self, File},
    path::Path,
};

use serde_json::{Value, json};

use super::{done, folder, many::database, members};
use crate::process::{Output, Process, freehold};

const FINDING: [&str; 6] = ["ailment", "database", "detail", "mended", "storage", "tenant"];

fn doctor(data: &Path, flags: &[&str]) -> Output {
    freehold(data, &[&["doctor"], flags].concat(), "")
}

/// Returns the doctor's only finding and the exit status.
fn finding(data: &Path, flags: &[&str]) -> (Value, i32) {
    let output = doctor(data, &[flags, &["--json"]].concat());
    let found: Value = serde_json::from_str(&output.out).unwrap();
    assert_eq!((found.as_array().unwrap().len(), members(&found[0])), (1, FINDING.to_vec()), "{output:?}");
    (found[0].clone(), output.status)
}

fn is_well(data: &Path) {
    let well = done(data, &["doctor", "--deep"]);
    assert_eq!(well.out, "");
    assert!(well.err.contains("No problems found: 1 workspace checked"), "{well:?}");
    assert_eq!(done(data, &["doctor", "--json"]).json(), json!([]));
}

/// Checks that `--fix` moves a database without a workspace to `orphans`, and leaves all other files alone.
fn a_stray_is_found_and_removed(data: &Path) {
    is_well(data);
    let stray = data.join("tenants/zz/stray-aaaaaaaa.db");
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, "whatever it is").unwrap();
    let others =
        ["notes.txt", ".DS_Store", "my-copy.db", "stray-aaaaaaaa.db.bak"].map(|name| stray.with_file_name(name));
    for other in &others {
        fs::write(other, "of somebody").unwrap();
    }
    let found = doctor(data, &[]);
    assert!(found.status == 1 && found.after("-").contains("stray-aaaaaaaa  orphan   no"), "{found:?}");
    assert_eq!(
        found.err.matches("orphan: if the catalog was lost, `freehold catalog restore`").count(),
        1,
        "{found:?}"
    );
    assert!(found.err.contains("not fixed: 1 of 1 finding") && stray.exists(), "{found:?}");
    let (found, status) = finding(data, &["--fix"]);
    let mended = json!({"ailment": "orphan", "database": "stray-aaaaaaaa", "detail": "its file is in the folder orphans now", "mended": true, "storage": "local",
        "tenant": null});
    assert_eq!((found, status, stray.exists()), (mended, 0, false));
    let kept = data.join("orphans/stray-aaaaaaaa.db");
    assert_eq!(fs::read_to_string(&kept).unwrap(), "whatever it is");
    fs::remove_file(kept).unwrap();
    assert!(others.iter().all(|other| other.exists()), "what is no database of ours is left");
    is_well(data);
}

#[test]
fn where_the_catalog_knows_less_than_the_folder_has_nothing_is_taken_away() {
    let folder = folder();
    let data = folder.path();
    let strays = ["one-aaaaaaaa.db", "two-aaaaaaaa.db"].map(|name| data.join("tenants/zz").join(name));
    fs::create_dir_all(data.join("tenants/zz")).unwrap();
    for stray in &strays {
        fs::write(stray, "whatever it is").unwrap();
    }
    let left = doctor(data, &["--fix"]);
    assert!(left.status == 1 && left.out.contains("the catalog may be the wrong one"), "{left:?}");
    assert!(strays.iter().all(|stray| stray.exists()));
}

#[test]
fn an_unknown_database_is_moved_with_all_its_files_or_not_at_all() {
    let folder = folder();
    let (shelf, orphans) = (folder.path().join("tenants/zz"), folder.path().join("orphans"));
    let files = ["stray-aaaaaaaa.db", "stray-aaaaaaaa.db-wal", "stray-aaaaaaaa.db-shm"];
    for place in [&shelf, &orphans] {
        fs::create_dir_all(place).unwrap();
    }
    for file in files {
        fs::write(shelf.join(file), "of the stray").unwrap();
    }
    for other in files {
        fs::write(orphans.join(other), "of another").unwrap();
        let refused = doctor(folder.path(), &["--fix"]);
        assert!(refused.status == 1 && refused.out.contains("stray-aaaaaaaa"), "{refused:?}");
        assert!(files.iter().all(|file| shelf.join(file).exists()), "{other} is in the way: {refused:?}");
        fs::remove_file(orphans.join(other)).unwrap();
    }
    fs::rename(shelf.join(files[1]), orphans.join(files[1])).unwrap(); // as after a crash between two moves
    done(folder.path(), &["doctor", "--fix"]);
    assert!(files.iter().all(|file| fs::read_to_string(orphans.join(file)).unwrap() == "of the stray"));
    is_well(folder.path());
}

#[test]
fn what_nobody_has_is_found_and_mended() {
    let folder = folder();
    a_stray_is_found_and_removed(folder.path());
    let server = Process::serve(folder.path());
    a_stray_is_found_and_removed(folder.path());
    assert_eq!(server.terminate(), 0);
}

/// Checks that the doctor finds a harmed database file, that `--fix` does not change it, and that a restore repairs it.
fn is_found_and_restored(ailment: &str, harm: impl Fn(&Path)) {
    let folder = folder();
    let data = folder.path();
    done(data, &["backup", "acme"]);
    harm(&database(data));
    let without = finding(data, &["--fix"]);
    let server = Process::serve(data);
    assert_eq!(finding(data, &[]), without, "through a server it is the same");
    let (found, status) = without;
    let told = json!([found["tenant"], found["ailment"], found["mended"]]);
    assert_eq!((told, status), (json!(["acme", ailment, false]), 1));
    let advised = doctor(data, &[]).err;
    let command = advised.split('`').find_map(|word| word.strip_prefix("freehold restore"));
    assert_eq!(command, Some(" acme"), "{advised}");
    done(data, &["restore", "acme", "--yes"]);
    done(data, &["tenants", "forget-copies", "acme"]);
    is_well(data);
    assert_eq!(server.terminate(), 0);
}

#[test]
fn a_truncated_database_is_damaged() {
    is_found_and_restored("damaged", |file| {
        let file = File::options().write(true).open(file).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    });
}

#[test]
fn a_removed_database_is_missing() {
    is_found_and_restored("missing", |file| fs::remove_file(file).unwrap());
}

#[test]
fn the_hint_of_each_workspace_is_a_command_that_can_be_pasted() {
    let folder = folder();
    let data = folder.path();
    done(data, &["tenants", "create", "beta", "--username", "ada"]);
    for shelf in fs::read_dir(data.join("tenants")).unwrap() {
        fs::remove_dir_all(shelf.unwrap().path()).unwrap();
    }
    let found = doctor(data, &[]);
    for name in ["acme", "beta"] {
        let hint = format!("missing: `freehold restore {name}` brings the latest backup back.");
        assert_eq!(found.err.matches(&hint).count(), 1, "{found:?}");
    }
}
