//! The members' pages over HTTP: names are escaped, a one-time password is shown once, an outdated form restores no role, a
//! user who gives up a right is led on, and lists have further pages.

use serde_json::json;

use crate::{
    people::{add, add_with_password},
    support::{TestApp, http::Answer},
};

async fn page(app: &TestApp, method: &str, path: &str, token: &str) -> Answer {
    app.ask_at("acme", method, path).header("accept", "text/html").cookie(token).send().await
}

async fn post(app: &TestApp, path: &str, token: &str, form: &[(&str, &str)]) -> Answer {
    let answer = app.post_form(&app.host("acme"), path, form).cookie(token).send().await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer
}

#[tokio::test]
async fn a_name_is_text_wherever_it_stands() {
    let app = TestApp::start().await;
    let owner = app.sign_up("acme").await["user"]["id"].as_str().unwrap().to_owned();
    let token = app.sign_in("acme").await;
    let name = "</title><b id=x>&\"'</textarea><!--";
    let rename = json!({"displayName": name});
    let changed =
        app.ask_at("acme", "PATCH", &format!("/api/v1/users/{owner}")).bearer(&token).json(&rename).send().await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    post(&app, "/_fn/rename-workspace", &token, &[("displayName", name)]).await;
    let paths = ["/", "/members", "/activity", "/settings", "/account", "/members?q=%3C%2Ftitle%3E%3Cb%20id%3Dx%3E"];
    let own = [format!("/members/{owner}"), format!("/members/{owner}/remove")];
    for path in paths.into_iter().chain(own.iter().map(String::as_str)) {
        let answer = page(&app, "GET", path, &token).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains("<b id=x>"), "{path}: {}", answer.body);
        assert_eq!(answer.body.matches("</title>").count(), 1, "{path}");
    }
    let outside = app.ask_at("acme", "GET", "/sign-in").header("accept", "text/html").send().await;
    assert!(!outside.body.contains("<b id=x>") && outside.body.contains("&lt;/title&gt;"), "{}", outside.body);
}

#[tokio::test]
async fn a_one_time_password_is_told_once_to_whoever_reads_its_page() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let mut pages = Vec::new();
    for name in ["ada", "grace"] {
        let added = post(&app, "/_fn/add-member", &token, &[("username", name), ("role", "member")]).await;
        pages.push(added.header("location").unwrap().to_owned());
    }
    for path in pages {
        let other = app.sign_in("acme").await;
        assert!(!page(&app, "GET", &path, &other).await.body.contains("class=\"secret\""), "another session");
        assert_eq!(page(&app, "HEAD", &path, &token).await.status, 200);
        let told = page(&app, "GET", &path, &token).await;
        assert!(
            told.body.contains("class=\"secret\"") && told.header("cache-control") == Some("no-store"),
            "{}",
            told.body
        );
        assert!(!page(&app, "GET", &path, &token).await.body.contains("class=\"secret\""), "once");
    }
}

#[tokio::test]
async fn a_form_that_grew_old_gives_no_role_back() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let id = add(&app, &token, "ada", "admin").await["user"]["id"].as_str().unwrap().to_owned();
    let user = format!("/api/v1/users/{id}");
    let demoted = app.ask_at("acme", "PATCH", &user).bearer(&token).json(&json!({"role": "member"})).send().await;
    assert_eq!(demoted.status, 200);
    let form = [("user", &*id), ("displayName", "Ada"), ("email", ""), ("role", "admin"), ("roleWas", "admin")];
    post(&app, "/_fn/change-member", &token, &form).await;
    let now = app.ask_at("acme", "GET", &user).bearer(&token).send().await.json();
    assert_eq!((&now["displayName"], &now["role"]), (&json!("Ada"), &json!("member")));
}

#[tokio::test]
async fn whoever_gives_their_own_right_up_stands_where_they_still_may() {
    let app = TestApp::start().await;
    let owner = app.sign_up("acme").await["user"]["id"].as_str().unwrap().to_owned();
    let token = app.sign_in("acme").await;
    add_with_password(&app, &token, "ada", "owner").await;
    let form = [("user", &*owner), ("displayName", ""), ("email", ""), ("role", "member"), ("roleWas", "owner")];
    let left = post(&app, "/_fn/change-member", &token, &form).await;
    assert_eq!(left.header("location"), Some("/"));
}

#[tokio::test]
async fn a_search_that_is_no_search_is_refused() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    for q in ["x".repeat(101), "%00".to_owned(), "a%0Ab".to_owned()] {
        let answer = app.ask_at("acme", "GET", &format!("/api/v1/users?q={q}")).bearer(&token).send().await;
        assert_eq!(answer.problem().0, 422, "{q}");
        assert!(answer.json()["fields"]["q"].is_string(), "{}", answer.body);
        assert_eq!(page(&app, "GET", &format!("/members?q={q}"), &token).await.status, 200, "the page shows everyone");
    }
}

#[tokio::test]
async fn older_sign_ins_are_reached_page_by_page() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let mut token = String::new();
    for _ in 0..52 {
        token = app.sign_in("acme").await;
    }
    let first = page(&app, "GET", "/account", &token).await;
    let next = first.body.split("href=\"/account?sessions=").nth(1).unwrap().split(['"', '#']).next().unwrap();
    let second = page(&app, "GET", &format!("/account?sessions={next}"), &token).await;
    let entries = |answer: &Answer| answer.body.matches("value=\"").count() > 0 && answer.status == 200;
    assert!(entries(&first) && entries(&second) && second.body.contains("First page"), "{}", second.body);
}
