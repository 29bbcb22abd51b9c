//! The operator's commands through the real binary, with a running server and without one. Also a server that cannot start.

use std::{
    os::unix::fs::PermissionsExt,
    sync::atomic::{AtomicBool, Ordering},
};

use double::Options;
use serde_json::json;

use crate::{
    process::{Process, freehold, freehold_with},
    support::{PASSWORD, TestApp, elsewhere::Elsewhere, http::Ask},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_commands_are_done_by_the_server_and_seen_at_once() {
    let app = TestApp::start().await;
    let created =
        app.command_with(&["tenants", "create", "acme", "--username", "ada", "--password-stdin"], PASSWORD).await;
    assert_eq!((created.status, created.after("address")), (0, format!("http://{}", app.host("acme"))), "{created:?}");
    app.sign_in_as("acme", "ada", PASSWORD).await;
    let added =
        app.command(&["users", "add", "acme", "Grace", "--role", "admin", "--email", "grace@example.com"]).await;
    assert_eq!(added.status, 0, "{added:?}");
    let one_time = added.after("one-time password");
    let token = app.sign_in_as("acme", "grace", &one_time).await;
    let reset = app.command(&["users", "reset-password", "acme", "grace"]).await;
    assert_eq!(app.ask_at("acme", "GET", "/account").cookie(&token).send().await.status, 401);
    app.sign_in_as("acme", "grace", &reset.after("one-time password")).await;
    let users = app.command(&["users", "list", "acme"]).await;
    assert!(users.after("ada").contains("owner") && users.after("grace").contains("admin"), "{users:?}");
    app.sign_up("beta").await;
    let tenants = app.command(&["tenants", "list"]).await;
    assert!(tenants.after("acme").contains("active") && tenants.after("beta").contains("active"), "{tenants:?}");
    assert!(app.command(&["tenants", "show", "beta"]).await.after("database").starts_with("beta-"));
    let mode = std::fs::metadata(app.data().join("operator.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let socket = app.data().join("operator.sock");
    app.stop().await.unwrap();
    assert!(!socket.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_added_while_the_server_is_under_load() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (token, done) = (app.sign_in("acme").await, AtomicBool::new(false));
    let load = async || {
        let mut answered = 0;
        while !done.load(Ordering::SeqCst) {
            assert_eq!(app.ask_at("acme", "GET", "/api/v1/users/me").bearer(&token).send().await.status, 200);
            answered += 1;
        }
        answered
    };
    let add = async {
        for name in ["ada", "grace", "edith"] {
            let added = app.command(&["users", "add", "acme", name]).await;
            app.sign_in_as("acme", name, &added.after("one-time password")).await;
        }
        done.store(true, Ordering::SeqCst);
    };
    let (one, two, three, four, ()) = tokio::join!(load(), load(), load(), load(), add);
    assert!(one + two + three + four > 100, "there was no load to speak of");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_command_says_what_to_do() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    for (arguments, status, says) in [
        (&["tenants", "show", "nobody"][..], 1, "No workspace has this name"),
        (&["tenants", "create", "acme", "--username", "ada"], 1, "This name is taken"),
        (&["tenants", "create", "Ac me", "--username", "ada"], 1, "lower-case"),
        (&["users", "add", "acme", "root"], 1, "This username is taken"),
        (&["users", "reset-password", "acme", "nobody"], 1, "no such user"),
        (&["users", "add", "acme", "grace", "--role", "king"], 2, "role"),
        (&["tenants", "show", "NO"], 2, "lower-case"),
        (&["nonsense"], 2, "nonsense"),
    ] {
        let output = app.command(arguments).await;
        assert_eq!((output.status, output.out.as_str()), (status, ""), "{arguments:?} {output:?}");
        assert!(output.err.contains(says), "{arguments:?} {output:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_a_command_opens_the_folder_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let missing = freehold(&data, &["tenants", "list"], "");
    assert_eq!((missing.status, data.exists()), (1, false), "{missing:?}");
    let created = freehold(&data, &["tenants", "create", "acme", "--username", "ada", "--password-stdin"], PASSWORD);
    assert_eq!(created.status, 0, "{created:?}");
    assert!(freehold(&data, &["tenants", "list"], "").after("acme").contains("active"));
    let server = Process::serve(&data);
    let form = json!({"username": "ada", "password": PASSWORD});
    let ask = Ask::new(server.address, "POST", "/api/v1/auth/sign-in")
        .headers(&[("host", "127.0.0.1"), ("x-tenant", "acme")]);
    assert_eq!(ask.json(&form).send().await.status, 200);
    assert_eq!(server.terminate(), 0);
    assert!(!data.join("operator.sock").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_start_says_what_to_do() {
    let app = TestApp::start().await;
    let other = tempfile::tempdir().unwrap();
    let port = app.address.to_string();
    let names = other.path().join("names");
    std::fs::write(&names, "fine\nNot Fine\n").unwrap();
    for (data, arguments, status, says) in [
        (app.data(), &["serve", "--listen", "127.0.0.1:0"][..], 1, "in use by another freehold"),
        (other.path(), &["serve", "--listen", &port], 1, "choose another --listen address"),
        (other.path(), &["serve", "--listen", "127.0.0.1:0", "--reserved-names", names.to_str().unwrap()], 1, "line 2"),
        (other.path(), &["serve", "--base-url", "http://freehold.example"], 2, "use https://"),
        (other.path(), &["serve", "--base-url", "https://10.0.0.1"], 2, "must be a name"),
        (other.path(), &["serve", "--sign-in-rate", "many"], 2, "60/m"),
    ] {
        let output = freehold(data, arguments, "");
        assert_eq!(output.status, status, "{arguments:?} {output:?}");
        assert!(output.err.contains(says), "{arguments:?} {output:?}");
    }
    let [empty, missing] = ["empty", "missing"].map(|name| other.path().join(name).to_str().unwrap().to_owned());
    std::fs::write(&empty, " \n").unwrap();
    let turso = ["serve", "--listen", "127.0.0.1:0", "--turso-organization", "acme", "--turso-group", "g"];
    for (flags, status, says) in [
        (&["--turso-api-token-file", &missing][..], 1, "the API token"),
        (&["--turso-api-token-file", &empty], 1, "is empty"),
        (&["--turso-api-token-file", &empty, "--turso-api-token", "t"], 2, "cannot be used with"),
        (&[], 2, "--turso-api-token-file"),
    ] {
        let output = freehold(other.path(), &[&turso[..], flags].concat(), "");
        assert!(output.status == status && output.err.contains(says), "{flags:?} {output:?}");
    }
    let output =
        freehold_with(other.path(), &["serve", "--listen", "127.0.0.1:0"], "", &[("FREEHOLD_LOG", "server=loud")]);
    assert!(output.status == 1 && output.err.contains("FREEHOLD_LOG"), "{output:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_elsewhere_is_reached_with_a_key_that_a_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("admin.key");
    std::fs::write(&file, "open-sesame\n").unwrap();
    let options = Options { admin_key: Some("open-sesame".into()), ..Options::default() };
    let elsewhere = Elsewhere::with_key(options, &["--libsql-admin-key-file", file.to_str().unwrap()]).await;
    elsewhere.sign_up("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_help_of_serve_names_every_variable() {
    let folder = tempfile::tempdir().unwrap();
    let serve = freehold(folder.path(), &["serve", "--help"], "").out;
    for name in [
        "LISTEN",
        "BASE_URL",
        "DATA",
        "SECRET_FILE",
        "SIGN_UP",
        "SIGN_UP_RATE",
        "SIGN_IN_RATE",
        "RESERVED_NAMES",
        "MAX_TENANTS",
        "STORAGE",
        "BACKUPS",
        "BACKUP_EVERY",
        "BACKUP_KEEP",
        "TRUSTED_PROXIES",
        "LIBSQL_ADMIN_KEY_FILE",
        "TURSO_API_TOKEN_FILE",
    ] {
        assert!(serve.contains(&format!("[env: FREEHOLD_{name}=")), "{name}");
    }
}
