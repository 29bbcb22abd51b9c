//! `freehold users …`: the effect of each command on users and their sessions.

use serde_json::json;

use super::{done, folder, members};
use crate::{
    process::freehold,
    support::{PASSWORD, TestApp},
};

const USER: [&str; 10] = [
    "createdAt",
    "disabled",
    "displayName",
    "email",
    "id",
    "lastSignInAt",
    "oneTimePasswordExpiresAt",
    "passwordChangeRequired",
    "role",
    "username",
];

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_added_found_changed_and_shown() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let add = ["users", "add", "acme", "Grace", "--display-name", "Grace Hopper", "--email", "grace@example.com"];
    let added = app.command(&[&add[..], &["--role", "admin", "--json"]].concat()).await;
    assert!(added.err.contains("shown this once"), "{added:?}");
    let added = added.json();
    assert_eq!((members(&added), members(&added["user"])), (vec!["oneTimePassword", "user"], USER.to_vec()));
    app.sign_in_as("acme", "grace", added["oneTimePassword"].as_str().unwrap()).await;

    let edited = app.command(&["users", "edit", "acme", "grace", "--role", "owner", "--email", "", "--json"]).await;
    let user = edited.json();
    let told = json!([user["role"], user["email"], user["displayName"]]);
    assert_eq!(told, json!(["owner", null, "Grace Hopper"]), "what is not named stays");
    app.command(&["users", "edit", "acme", "grace", "--display-name", "", "--email", "g@example.com"]).await;
    let shown = app.command(&["users", "show", "acme", "grace"]).await;
    assert_eq!((shown.after("email"), shown.after("status")), ("g@example.com".into(), "one-time-password".into()));
    assert!(!shown.out.contains("display name"), "{shown:?}");
    assert_eq!(members(&app.command(&["users", "show", "acme", "grace", "--json"]).await.json()), USER);

    for (narrowed, names) in [
        (&[][..], &["grace", "root"][..]),
        (&["--search", "G@EXAMPLE"], &["grace"]),
        (&["--search", "%"], &[]),
        (&["--role", "owner", "--status", "active"], &["root"]),
        (&["--status", "one-time-password"], &["grace"]),
        (&["--status", "disabled"], &[]),
        (&["--role", "member"], &[]),
    ] {
        let listed = app.command(&[&["users", "list", "acme", "--json"], narrowed].concat()).await;
        let users = listed.json();
        let found: Vec<_> = users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{narrowed:?}");
        assert_eq!(listed.err.is_empty(), !names.is_empty(), "who finds nobody is told so: {listed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_ends_every_session_and_enabling_lets_sign_in_again() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (one, two) = (app.member("grace").await, app.sign_in_as("acme", "grace", PASSWORD).await);
    let disabled = app.command(&["users", "disable", "acme", "grace"]).await;
    assert_eq!((disabled.status, disabled.after("status")), (0, "disabled".to_owned()));
    assert_eq!((app.status_of(&one).await, app.status_of(&two).await), (401, 401));
    let form = json!({"username": "grace", "password": PASSWORD});
    assert_eq!(app.ask_at("acme", "POST", "/api/v1/auth/sign-in").json(&form).send().await.status, 401);
    let enabled = app.command(&["users", "enable", "acme", "grace", "--json"]).await.json();
    assert_eq!(enabled["disabled"], false);
    app.sign_in_as("acme", "grace", PASSWORD).await;
    assert_eq!(app.status_of(&one).await, 401, "what was ended stays so");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_somebody_out_ends_their_sessions_and_nobody_elses() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (grace, root) = (app.member("grace").await, app.sign_in("acme").await);
    let out = app.command(&["users", "sign-out", "acme", "grace"]).await;
    assert!(out.status == 0 && out.err.contains("grace is signed out everywhere"), "{out:?}");
    assert_eq!((app.status_of(&grace).await, app.status_of(&root).await), (401, 200));
    app.sign_in_as("acme", "grace", PASSWORD).await;
}

#[test]
fn without_a_server_people_are_managed_as_well() {
    let folder = folder();
    let data = folder.path();
    let one_time = done(data, &["users", "add", "acme", "grace"]).after("one-time password");
    for (arguments, status) in [
        (&["edit", "acme", "grace", "--role", "admin"][..], "one-time-password"),
        (&["disable", "acme", "grace"], "disabled"),
        (&["enable", "acme", "grace"], "one-time-password"),
        (&["sign-out", "acme", "grace"], "one-time-password"),
        (&["show", "acme", "ada"], "active"),
    ] {
        assert_eq!(done(data, &[&["users"], arguments].concat()).after("status"), status, "{arguments:?}");
    }
    let reset = done(data, &["users", "reset-password", "acme", "grace", "--json"]).json();
    assert_ne!(reset["oneTimePassword"], one_time.as_str());
    assert!(done(data, &["users", "list", "acme", "--role", "admin"]).after("grace").contains("admin"));
    done(data, &["users", "remove", "acme", "grace", "--yes"]);
    assert_eq!(done(data, &["users", "list", "acme", "--json"]).json().as_array().unwrap().len(), 1);
    let last = freehold(data, &["users", "remove", "acme", "ada", "--yes"], "");
    assert!(last.status == 1 && last.err.contains("last owner"), "{last:?}");
}
