//! Operations of owners on the whole workspace, over HTTP: downloading the database and deleting the workspace.

use std::path::Path;

use serde_json::json;

use crate::support::{TestApp, http::Answer};

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const KIND: &str = "application/vnd.sqlite3";

fn scratch(app: &TestApp) -> usize {
    std::fs::read_dir(app.data().join("scratch")).unwrap().count()
}

/// Returns `username:password_hash` for each user in a downloaded database.
async fn users(answer: &Answer, folder: &Path) -> Vec<String> {
    let file = folder.join("downloaded.db");
    std::fs::write(&file, &answer.bytes).unwrap();
    let connection = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let mut rows = connection.query("SELECT username || ':' || password_hash FROM users", ()).await.unwrap();
    let mut users = Vec::new();
    while let Some(row) = rows.next().await.unwrap() {
        users.push(row.get_str(0).unwrap().to_owned());
    }
    users
}

#[tokio::test]
async fn an_owner_gets_the_database_as_a_file_in_a_browser_and_over_json() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (token, folder) = (app.sign_in("acme").await, tempfile::tempdir().unwrap());
    let browser = app.ask_at("acme", "GET", "/settings/database").header("accept", BROWSER).cookie(&token);
    let program = app.ask("GET", "/api/v1/database").header("x-tenant", "acme").bearer(&token);
    for ask in [browser, program] {
        let answer = ask.header("accept-encoding", "gzip, br").send().await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(KIND)), "{}", answer.body);
        assert_eq!(answer.header("content-length"), Some(&*answer.bytes.len().to_string()));
        assert_eq!((answer.header("content-encoding"), answer.header("cache-control")), (None, Some("no-store")));
        let name = answer.header("content-disposition").unwrap();
        let date = name.strip_prefix("attachment; filename=\"acme-").and_then(|rest| rest.strip_suffix(".db\""));
        assert!(date.unwrap().parse::<jiff::civil::Date>().is_ok(), "{name}");
        assert!(answer.bytes.starts_with(b"SQLite format 3\0"));
        assert_eq!(users(&answer, folder.path()).await, ["root:"]);
        while scratch(&app) > 0 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn to_head_the_database_is_described_and_not_made() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    std::fs::remove_dir(app.data().join("scratch")).unwrap(); // without it no copy can be made
    for path in ["/settings/database", "/api/v1/database"] {
        let head = app.ask_at("acme", "HEAD", path).cookie(&token).send().await;
        assert_eq!((head.status, head.header("content-type"), head.header("content-length")), (200, Some(KIND), None));
        let get = app.ask_at("acme", "GET", path).header("accept", "application/json").cookie(&token).send().await;
        assert!(get.problem().0 >= 500, "{path}");
    }
}

#[tokio::test]
async fn whoever_may_not_have_the_database_is_told_so_on_a_page() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let admin = crate::people::add_with_password(&app, &owner, "ada", "admin").await.token;
    let ask = || app.ask_at("acme", "GET", "/settings/database").header("accept", BROWSER);
    let refused = ask().cookie(&admin).send().await;
    assert_eq!((refused.status, refused.is_page()), (403, true));
    assert!(refused.body.contains("Only owners can do this."), "{}", refused.body);
    let nobody = ask().send().await;
    assert_eq!((nobody.status, nobody.is_page()), (401, true));
    assert!(nobody.body.contains("/_fn/sign-in"), "{}", nobody.body);
}

/// Waits until the workspace is deleted. Until then it answers 503 with `Retry-After`.
async fn gone(app: &TestApp, token: &str) {
    loop {
        let (status, title, _) = {
            let answer = app.ask_at("acme", "GET", "/api/v1/users/me").bearer(token).send().await;
            assert!(answer.status != 503 || answer.header("retry-after").is_some());
            answer.problem()
        };
        match status {
            503 => tokio::task::yield_now().await,
            _ => return assert_eq!((status, &*title), (400, "Tenant does not exist")),
        }
    }
}

#[tokio::test]
async fn a_program_deletes_the_workspace_by_its_name() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (token, other) = (app.sign_in("acme").await, app.sign_in("acme").await);
    let delete = |name: &str| {
        let ask = app.ask_at("acme", "DELETE", "/api/v1/workspace").bearer(&token);
        ask.json(&json!({ "name": name }))
    };
    for name in ["", "beta"] {
        let refused = delete(name).send().await;
        assert_eq!(refused.problem().0, 422, "{name}");
        assert!(refused.json()["fields"]["name"].as_str().unwrap().contains("acme"), "{}", refused.body);
    }
    let accepted = delete("acme").send().await;
    assert_eq!((accepted.status, accepted.body.as_str()), (202, ""));
    gone(&app, &other).await;
    let form = json!({"tenant": "acme", "username": "eve", "password": "mine from now on"});
    assert_eq!(app.ask("POST", "/tenants").json(&form).send().await.problem().0, 409, "nobody else gets the name");
}

#[tokio::test]
async fn a_browser_without_a_script_deletes_the_workspace_and_stands_on_the_base_host() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let (host, base) = (app.host("acme"), format!("http://{}", app.base()));
    let delete = |name| app.post_form(&host, "/_fn/delete-workspace", &[("name", name)]).cookie(&token);
    let page = |path| app.ask_at("acme", "GET", path).header("accept", BROWSER);

    let refused = delete("acne <b>").send().await;
    assert_eq!((refused.status, refused.header("location")), (303, Some("/settings/delete")));
    let flash = refused.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let again = page("/settings/delete").header("cookie", &format!("__Host-session={token}; {flash}")).send().await;
    assert!(again.body.contains("s name, acme, to delete it."), "{}", again.body);
    assert!(again.body.contains("value=\"acne &lt;b&gt;\""), "{}", again.body);

    let targets = async |path| {
        let answer = page(path).cookie(&token).send().await;
        let policy = answer.header("content-security-policy").unwrap().to_owned();
        policy.split("form-action ").nth(1).unwrap().split(';').next().unwrap().trim().to_owned()
    };
    assert_eq!(targets("/settings/delete").await, format!("'self' {base}"), "its form may end there");
    assert_eq!(targets("/settings").await, "'self'");

    let done = delete("acme").send().await;
    assert_eq!((done.status, done.header("location")), (303, Some(&*format!("{base}/deleted"))));
    let cookie = done.all("set-cookie").find(|cookie| cookie.starts_with("__Host-session=")).unwrap();
    assert!(cookie.starts_with("__Host-session=;") && cookie.contains("Max-Age=0"), "{cookie}");
    gone(&app, &token).await;
    let deleted = app.ask("GET", "/deleted").header("accept", BROWSER).send().await;
    assert!(deleted.status == 200 && deleted.body.contains("Workspace deleted"), "{}", deleted.body);
}
