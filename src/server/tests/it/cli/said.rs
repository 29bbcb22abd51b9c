//! Messages of commands: an error is a sentence, a printed hint is a command that works, and the result is told on standard
//! error if standard output fails.

use std::{fs::File, os::unix::fs::symlink, process::Command};

use clap::{Args, Command as Clap};
use server::Config;

use super::{done, folder};
use crate::process::{freehold, freehold_with};

#[test]
fn a_refusal_begins_with_a_sentence_and_its_hint_works_as_printed() {
    let folder = folder();
    let data = folder.path();
    let taken = freehold(data, &["users", "add", "acme", "ada"], "");
    assert_eq!((taken.status, taken.out.as_str()), (1, ""), "{taken:?}");
    assert!(taken.err.starts_with("freehold: This username is taken"), "{taken:?}");
    let unknown = freehold(data, &["users", "show", "acme", "nobody"], "");
    assert!(unknown.status == 1 && unknown.err.contains("`freehold users list acme`"), "{unknown:?}");
    assert!(done(data, &["users", "list", "acme"]).out.contains("LAST SIGN-IN (UTC)"));
}

#[test]
fn where_nothing_is_found_there_is_no_head_of_a_table_and_an_unknown_name_is_refused() {
    let folder = folder();
    let data = folder.path();
    for arguments in [&["backups"][..], &["backups", "acme"]] {
        let none = done(data, arguments);
        assert_eq!(none.out, "");
        assert!(none.err.starts_with("No backups yet."), "{none:?}");
    }
    let unknown = freehold(data, &["backups", "nobody"], "");
    assert_eq!((unknown.status, unknown.out.as_str()), (1, ""), "{unknown:?}");
    assert!(unknown.err.contains("no workspace and no backup of this name"), "{unknown:?}");
}

#[test]
fn a_drill_and_a_list_take_the_name_of_a_workspace() {
    let folder = folder();
    let data = folder.path();
    done(data, &["backup", "acme"]);
    let drilled = done(data, &["drill", "acme"]);
    assert!(drilled.err.contains("1 backup restored and compared"), "{drilled:?}");
    assert!(
        !drilled.out.contains('/') && drilled.out.contains("TAKEN (UTC)"),
        "files by their short names: {drilled:?}"
    );
    let none = freehold(data, &["drill", "nobody"], "");
    assert!(none.status == 1 && none.out.is_empty() && none.err.contains("There is no backup of nobody"), "{none:?}");
}

#[test]
fn what_was_done_is_told_where_standard_output_cannot_take_the_one_time_password() {
    let folder = folder();
    let data = folder.path();
    let full = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_freehold"));
        let output = command
            .args(arguments)
            .env("FREEHOLD_DATA", data)
            .stdout(File::options().write(true).open("/dev/full").unwrap());
        let output = output.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for arguments in [
        &["users", "add", "acme", "grace"][..],
        &["users", "reset-password", "acme", "grace"],
        &["tenants", "create", "beta", "--username", "grace", "--json"],
    ] {
        let (status, told) = full(arguments);
        assert!(told.starts_with("freehold: Cannot write to standard output: "), "{told}");
        assert!(told.contains("one-time password is lost: `freehold users reset-password"), "{told}");
        assert_eq!(status, Some(1), "{told}");
    }
    assert!(done(data, &["users", "show", "acme", "grace"]).status == 0, "it was done all the same");
}

#[test]
fn an_export_is_no_stream_and_follows_no_link() {
    let folder = folder();
    let data = folder.path();
    let stream = freehold(data, &["export", "acme", "-"], "");
    assert!(stream.status == 1 && stream.err.contains("Name a file"), "{stream:?}");
    let link = data.join("link.db");
    symlink(data.join("nothing"), &link).unwrap();
    let refused = freehold(data, &["export", "acme", link.to_str().unwrap()], "");
    assert!(refused.status == 1 && refused.err.contains("it is there already"), "{refused:?}");
    assert!(link.is_symlink() && !data.join("nothing").exists());
}

#[test]
fn a_variable_that_is_empty_is_as_one_that_is_not_set_whichever_it_is() {
    let folder = folder();
    let command = Config::augment_args(Clap::new("freehold"));
    let variables = command.get_arguments().filter_map(|argument| argument.get_env()?.to_str());
    let empty: Vec<_> = variables.filter(|name| *name != "FREEHOLD_DATA").map(|name| (name, "")).collect();
    assert!(empty.len() > 20, "{empty:?}");
    let listed = freehold_with(folder.path(), &["tenants", "list"], "", &empty);
    assert!(listed.status == 0 && listed.out.contains("acme"), "{listed:?}");
    for variable in &empty {
        let listed = freehold_with(folder.path(), &["serve", "--listen", "nowhere"], "", &[*variable]);
        assert!(listed.status == 2 && listed.err.contains("'nowhere'"), "{variable:?} {listed:?}");
        assert!(!listed.err.contains(variable.0) || variable.0 == "FREEHOLD_LISTEN", "{variable:?} {listed:?}");
    }
}
