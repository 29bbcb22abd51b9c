//! `freehold users remove`: it asks for confirmation. The last owner cannot be removed, disabled or demoted.

use std::process::Command;

use super::{done, folder};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_is_gone_and_may_come_again() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let grace = app.member("grace").await;
    let unsure = app.command_with(&["users", "remove", "acme", "grace"], "grace\n").await;
    assert_eq!((unsure.status, unsure.out.as_str()), (1, ""), "{unsure:?}");
    assert!(unsure.err.contains("add --yes"), "{unsure:?}");
    assert_eq!(app.status_of(&grace).await, 200, "nothing was done");
    let removed = app.command(&["users", "remove", "acme", "grace", "--yes"]).await;
    assert!(removed.status == 0 && removed.err.contains("removed from acme"), "{removed:?}");
    assert_eq!(app.status_of(&grace).await, 401);
    let gone = app.command(&["users", "show", "acme", "grace"]).await;
    assert!(gone.status == 1 && gone.err.contains("users list"), "{gone:?}");
    app.member("grace").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_who_can_sign_in_stays_one() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let root = app.sign_in("acme").await;
    let attempts = [&["remove", "acme", "root", "--yes"][..], &["disable", "acme", "root"], &["edit", "acme", "root"]];
    for attempt in attempts {
        let role = if attempt[0] == "edit" { &["--role", "member"][..] } else { &[] };
        let refused = app.command(&[&["users"], attempt, role].concat()).await;
        assert_eq!((refused.status, refused.out.as_str()), (1, ""), "{refused:?}");
        assert!(refused.err.contains("Make somebody else an owner first"), "{refused:?}");
    }
    assert_eq!(app.status_of(&root).await, 200);
    app.command(&["users", "add", "acme", "grace", "--role", "owner"]).await;
    assert_eq!(app.command(&["users", "remove", "acme", "root", "--yes"]).await.status, 0);
}

#[test]
fn a_terminal_is_asked_to_type_the_name() {
    let folder = folder();
    let data = folder.path();
    done(data, &["users", "add", "acme", "grace"]);
    let at_a_terminal = |typed: &str| {
        let command = concat!(env!("CARGO_BIN_EXE_freehold"), " users remove acme grace");
        let typing = format!("printf '{typed}\\n' | script --quiet --return --command '{command}' /dev/null");
        let output = Command::new("sh").args(["-c", &typing]).env("FREEHOLD_DATA", data).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, said) = at_a_terminal("yes");
    assert!(status == Some(1) && said.contains("Type grace") && said.contains("nothing was done"), "{said}");
    let (status, said) = at_a_terminal("grace");
    assert!(status == Some(0) && said.contains("grace is removed from acme"), "{said}");
}
