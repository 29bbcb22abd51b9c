//! `freehold tenants …`: changing a workspace, and showing its state.

use serde_json::{Value, json};

use super::{done, folder, members};
use crate::{
    process::freehold,
    support::{PASSWORD, TestApp},
};

const TENANT: [&str; 9] =
    ["createdAt", "database", "displayName", "id", "name", "state", "stateSince", "storage", "url"];
const OVERVIEW: [&str; 4] = ["activity", "lastSignIns", "people", "sizes"];

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_shown_with_its_people_and_its_size() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    app.sign_in("acme").await;
    for (name, role) in [("grace", "admin"), ("edith", "member"), ("joan", "member")] {
        app.command(&["users", "add", "acme", name, "--role", role]).await;
    }
    app.command(&["users", "disable", "acme", "joan"]).await;

    let overview = app.command(&["tenants", "overview", "acme", "--json"]).await.json();
    assert_eq!(members(&overview), OVERVIEW);
    let expected = json!({"owners": 1, "admins": 1, "members": 2, "ableOwners": 1, "disabled": 1, "oneTimePassword": 2,
        "expired": 0, "idle": 0});
    assert_eq!(overview["people"], expected);
    assert_eq!(overview["lastSignIns"][0]["username"], "root");
    assert_eq!(overview["activity"][0]["action"], "user disabled");
    assert!(overview["sizes"][0]["bytes"].as_u64().unwrap() >= 4096);

    let shown = app.command(&["tenants", "show", "acme"]).await;
    assert_eq!(shown.after("people"), "4: 1 owner, 1 admin, 2 members");
    assert_eq!(shown.after("one-time passwords"), "2 not replaced");
    assert!(shown.after("last sign-in").ends_with(", root") && shown.after("size").ends_with(" kB"), "{shown:?}");
    let shown = app.command(&["tenants", "show", "acme", "--json"]).await.json();
    let mut all = [&TENANT[..], &OVERVIEW].concat();
    all.sort_unstable();
    assert_eq!((members(&shown), &shown["people"]), (all, &expected));

    let glance = app.command(&["tenants", "overview", "acme"]).await;
    assert!(glance.after("root").starts_with("20"), "{glance:?}");
    assert!(glance.out.contains("(operator)  user disabled  joan"), "{glance:?}");
    app.clock.advance(91 * 24 * 60 * 60);
    assert_eq!(app.command(&["tenants", "overview", "acme"]).await.after("idle"), "3");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_gets_another_name_for_people_and_keeps_its_address() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let renamed = app.command(&["tenants", "rename", "acme", "Acme & Töchter"]).await;
    assert_eq!(renamed.after("display name"), "Acme & Töchter");
    let tenants = app.command(&["tenants", "list", "--json"]).await.json();
    assert_eq!((members(&tenants[0]), &tenants[0]["displayName"]), (TENANT.to_vec(), &json!("Acme & Töchter")));
    assert_eq!(tenants[0]["url"], format!("http://{}", app.host("acme")));
    assert!(
        app.command(&["tenants", "list"]).await.after("acme").starts_with("active  local    20"),
        "with its storage"
    );
    assert_eq!(app.command(&["tenants", "show", "acme"]).await.after("storage"), "local");
    for bad in ["", "two\nlines", &"x".repeat(81)] {
        let refused = app.command(&["tenants", "rename", "acme", bad]).await;
        assert!(refused.status == 2 && refused.err.contains("1 to 80 characters"), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_are_listed_by_state_by_a_part_of_a_name_and_by_age() {
    let app = TestApp::start().await;
    for tenant in ["zeta", "acme", "acme-labs"] {
        app.sign_up(tenant).await;
        app.clock.advance(60);
    }
    app.command(&["tenants", "rename", "zeta", "Müller & Söhne"]).await;
    app.command(&["tenants", "suspend", "acme"]).await;
    for (flags, expected) in [
        (&[][..], &["acme", "acme-labs", "zeta"][..]),
        (&["--sort", "name"], &["acme", "acme-labs", "zeta"]),
        (&["--sort", "created"], &["zeta", "acme", "acme-labs"]),
        (&["--state", "suspended"], &["acme"]),
        (&["--state", "active", "--sort", "created"], &["zeta", "acme-labs"]),
        (&["--q", "ACME"], &["acme", "acme-labs"]),
        (&["--q", "MÜLLER"], &["zeta"]),
        (&["--q", "acme", "--state", "active"], &["acme-labs"]),
        (&["--q", ""], &["acme", "acme-labs", "zeta"]),
        (&["--q", "nobody"], &[]),
        (&["--state", "deleting"], &[]),
    ] {
        let listed = app.command(&[&["tenants", "list", "--json"], flags].concat()).await;
        let json = listed.json();
        let tenants = json.as_array().unwrap();
        let names: Vec<_> = tenants.iter().map(|tenant| tenant["name"].as_str().unwrap()).collect();
        assert_eq!((names.as_slice(), listed.status), (expected, 0), "{flags:?}");
        assert!(tenants.iter().all(|tenant| members(tenant) == TENANT));
        assert_eq!(listed.err.contains("No workspaces match."), expected.is_empty(), "{listed:?}");
    }
    let listed = app.command(&["tenants", "list", "--sort", "created"]).await;
    let names: Vec<_> = listed.out.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["zeta", "acme", "acme-labs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_everyone_out_ends_every_session_of_this_workspace_alone() {
    let app = TestApp::start().await;
    for tenant in ["acme", "beta"] {
        app.sign_up(tenant).await;
    }
    let tokens = [app.sign_in("acme").await, app.sign_in("acme").await, app.sign_in("beta").await];
    let out = app.command(&["tenants", "sign-out", "acme", "--json"]).await;
    assert!(out.err.contains("Everyone is signed out of acme"), "{out:?}");
    assert_eq!(out.json(), json!({"sessionsEnded": 2}));
    for (token, (tenant, status)) in tokens.iter().zip([("acme", 401), ("acme", 401), ("beta", 200)]) {
        let answer = app.ask_at(tenant, "GET", "/api/v1/users/me").bearer(token).send().await;
        assert_eq!(answer.status, status, "{tenant}");
    }
    assert_eq!(app.command(&["tenants", "sign-out", "acme"]).await.after("sessions ended"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_workspace_is_still_managed() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let suspended = app.command(&["tenants", "suspend", "acme"]).await;
    assert!(suspended.after("state").starts_with("suspended since"), "{suspended:?}");
    assert!(suspended.err.contains("freehold tenants resume acme"), "{suspended:?}");
    let added = app.command(&["users", "add", "acme", "grace"]).await.after("one-time password");
    let shown = app.command(&["tenants", "show", "acme", "--json"]).await.json();
    assert_eq!((&shown["state"], &shown["people"]["members"]), (&json!("suspended"), &json!(1)));
    assert_eq!(app.command(&["tenants", "resume", "acme", "--json"]).await.json()["state"], "active");
    app.sign_in_as("acme", "grace", &added).await;
}

#[test]
fn what_was_done_is_listed_the_latest_first() {
    let folder = folder();
    let data = folder.path();
    done(data, &["users", "add", "acme", "grace"]);
    done(data, &["users", "edit", "acme", "grace", "--role", "admin"]);
    done(data, &["tenants", "rename", "acme", "Acme Inc"]);
    let activity = done(data, &["tenants", "activity", "acme", "--json"]).json();
    let told = |done: &Value| json!([done["actor"], done["action"], done["subject"], done["detail"]]);
    let told: Vec<_> = activity.as_array().unwrap().iter().map(told).collect();
    let expected = [
        json!([null, "workspace renamed", null, "Acme Inc"]),
        json!([null, "role changed", "grace", "admin"]),
        json!([null, "user added", "grace", "member"]),
    ];
    assert_eq!(told, expected);
    let latest = done(data, &["tenants", "activity", "acme", "--limit", "2"]);
    assert!(latest.out.contains("(operator)  role changed       grace  admin"), "{latest:?}");
    assert!(!latest.out.contains("user added") && latest.err.contains("There is more"), "{latest:?}");
    assert_eq!(done(data, &["tenants", "activity", "acme", "--limit", "3"]).err, "");
}

#[test]
fn a_workspace_whose_database_cannot_be_read_is_shown_all_the_same() {
    let folder = folder();
    let data = folder.path();
    std::fs::write(super::many::database(data), "no database at all, whatever it is called".repeat(200)).unwrap();
    let shown = freehold(data, &["tenants", "show", "acme"], "");
    assert!(shown.status == 1 && shown.after("state").starts_with("active"), "{shown:?}");
    assert!(
        !shown.out.contains("people") && shown.err.contains("the database is damaged: file is not a database"),
        "{shown:?}"
    );
    assert_eq!(freehold(data, &["tenants", "overview", "acme"], "").status, 1);
}

#[test]
fn json_tells_a_new_workspace_and_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let create = ["tenants", "create", "acme", "--username", "ada", "--json"];
    let created = done(folder.path(), &create).json();
    assert_eq!(members(&created), ["oneTimePassword", "tenant", "user"]);
    assert_eq!((members(&created["tenant"]), &created["user"]["role"]), (TENANT.to_vec(), &json!("owner")));
    let again = [&create[..2], &["beta", "--username", "ada", "--json", "--password-stdin"]].concat();
    assert_eq!(freehold(folder.path(), &again, PASSWORD).json()["oneTimePassword"], Value::Null);
}
