//! The log: its events and their fields, and a wrong `FREEHOLD_LOG` at the start.

use std::{fs, net::SocketAddr, path::Path};

use serde_json::{Value, json};

use crate::{
    cli::many::database,
    process::{Process, freehold, freehold_with},
    support::{
        PASSWORD,
        http::{Answer, Ask},
    },
};

fn ask(address: SocketAddr, method: &str, target: &str) -> Ask {
    Ask::new(address, method, target).header("host", &format!("acme.localhost:{}", address.port()))
}

async fn sign_in(address: SocketAddr, tenant: &str, username: &str, password: &str) -> Value {
    let form = json!({"username": username, "password": password});
    let ask = Ask::new(address, "POST", "/api/v1/auth/sign-in").json(&form);
    let answer = ask.header("host", &format!("{tenant}.localhost:{}", address.port())).send().await;
    serde_json::from_str(&answer.body).unwrap()
}

/// Returns the events of a log, each with the fields that are equal in every run.
fn events(log: &Path) -> Vec<Value> {
    let lines = fs::read_to_string(log).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told = |line: Value| {
        assert!(line["span"]["id"].is_string() && line["level"] == "INFO", "{line}");
        json!([line["event"], line["span"]["tenant"], line["client"], line["username"], line["reason"], line["origin"]])
    };
    lines.filter(|line| line["event"].is_string()).map(told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_downloads_and_refused_attacks_are_events_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    for name in ["acme", "beta"] {
        let create = ["tenants", "create", name, "--username", "ada", "--password-stdin"];
        assert_eq!(freehold(&data, &create, PASSWORD).status, 0);
    }
    let server = Process::serve_logging(&data, &["--sign-in-rate", "5/h"], fs::File::create(&log).unwrap());
    let address = server.address;
    let token = sign_in(address, "acme", "ada", PASSWORD).await["token"].as_str().unwrap().to_owned();
    sign_in(address, "acme", "ada", "wrong password").await;
    let typed = format!("\u{9b}31m\n{}", "x".repeat(200));
    sign_in(address, "acme", &typed, PASSWORD).await;
    let foreign = sign_in(address, "beta", "ada", PASSWORD).await["token"].as_str().unwrap().to_owned();
    assert_eq!(ask(address, "GET", "/api/v1/users/me").bearer(&foreign).send().await.status, 403);
    let forged = format!("{}A", &token[..token.len() - 1]);
    let forged = if forged == token { format!("{}Q", &token[..token.len() - 1]) } else { forged };
    assert_eq!(ask(address, "GET", "/api/v1/users/me").bearer(&forged).send().await.status, 401);
    let cross = ask(address, "POST", "/_fn/sign-out").header("origin", "http://evil.example").form(&[]).send().await;
    assert_eq!(cross.status, 403);
    assert_eq!(ask(address, "GET", "/api/v1/database").bearer(&token).send().await.status, 200);
    for _ in 0..2 {
        sign_in(address, "acme", "ada", "wrong password").await;
    }
    assert_eq!(ask(address, "GET", &format!("/{}", "p".repeat(5000))).send().await.status, 401);
    assert_eq!(server.terminate(), 0);

    let here = "127.0.0.1";
    let (wrong, cut) = ("wrong username or password", format!("\u{9b}31m\n{}…", "x".repeat(58)));
    let expected = [
        json!(["sign_in", "acme", here, "ada", null, null]),
        json!(["sign_in_failed", "acme", here, "ada", wrong, null]),
        json!(["sign_in_failed", "acme", here, cut, wrong, null]),
        json!(["sign_in", "beta", here, "ada", null, null]),
        json!(["foreign_token", "acme", here, null, "the token is another tenant's", null]),
        json!(["token_refused", "acme", here, null, "the token's signature or form is wrong", null]),
        json!(["cross_site_refused", "acme", here, null, null, "http://evil.example"]),
        json!(["database_downloaded", "acme", here, "ada", null, null]),
        json!(["sign_in_failed", "acme", here, "ada", wrong, null]),
        json!(["sign_in_failed", "acme", here, "ada", "too many requests: too many sign-ins from this address", null]),
    ];
    assert_eq!(events(&log), expected);
    let text = fs::read_to_string(&log).unwrap();
    assert!(!text.contains('\u{9b}') && !text.contains(PASSWORD) && !text.contains(&token));
    let longest = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let longest = longest.filter_map(|line| Some(line["span"]["path"].as_str()?.len())).max();
    assert_eq!(longest, Some(256 + "…".len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_done_though_the_browsers_old_session_cannot_be_ended() {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let create = ["tenants", "create", "acme", "--username", "ada", "--password-stdin"];
    assert_eq!(freehold(&data, &create, PASSWORD).status, 0);
    let file = libsql::Builder::new_local(database(&data)).build().await.unwrap().connect().unwrap();
    let keep = "CREATE TRIGGER keep BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'kept'); END";
    file.execute(keep, ()).await.unwrap();
    drop(file);
    let server = Process::serve_logging(&data, &[], fs::File::create(&log).unwrap());
    let origin = format!("http://acme.localhost:{}", server.address.port());
    let fields = [("username", "ada"), ("password", PASSWORD)];
    let form = || ask(server.address, "POST", "/_fn/sign-in").header("origin", &origin).form(&fields);
    let cookie = |answer: &Answer| {
        let cookie = answer.all("set-cookie").find_map(|cookie| cookie.strip_prefix("__Host-session="));
        cookie.and_then(|cookie| cookie.split(';').next()).unwrap().to_owned()
    };
    let before = cookie(&form().header("accept", "text/html").send().await);
    let again = form().header("accept", "text/html").cookie_as_it_is(&before).send().await;
    assert_eq!(again.status, 303, "{}", again.body);
    let account = ask(server.address, "GET", "/account").cookie_as_it_is(&cookie(&again)).send().await;
    assert_eq!(account.status, 200);
    assert_eq!(server.terminate(), 0);
    let told = fs::read_to_string(&log).unwrap();
    let told = told.lines().find(|line| line.contains("old session could not be ended")).unwrap();
    let told: Value = serde_json::from_str(told).unwrap();
    assert_eq!((&told["level"], &told["tenant"]), (&json!("WARN"), &json!("acme")), "{told}");
    assert!(told["error"].as_str().is_some_and(|error| error.contains("kept")), "{told}");
}

#[test]
fn a_filter_with_a_misspelt_level_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    for filter in ["inof", "warning", "garbage", "info,backend=loud"] {
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["tenants", "list"]] {
            let refused = freehold_with(folder.path(), command, "", &[("FREEHOLD_LOG", filter)]);
            assert_eq!((refused.status, refused.out.as_str()), (1, ""), "{filter} {refused:?}");
            let says = "is not a level. Write a level (off, error, warn, info, debug, trace)";
            assert!(refused.err.contains(says), "{filter} {refused:?}");
        }
    }
}
