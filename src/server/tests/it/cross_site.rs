//! The cross-site rule over real HTTP: requests that a page of another site or of another tenant could make a browser send.

use serde_json::json;

use crate::support::{PASSWORD, TestApp, http::Ask};

const SITE: &str = "sec-fetch-site";

/// Header sets that a browser may send with a request from another site.
fn foreign(app: &TestApp) -> Vec<Vec<(&'static str, String)>> {
    vec![
        vec![],
        vec![(SITE, "cross-site".into())],
        vec![(SITE, "same-site".into()), ("origin", format!("http://{}", app.host("acme")))],
        vec![(SITE, "none".into())],
        vec![("origin", format!("http://{}", app.host("beta")))],
        vec![("origin", "http://evil.example".into())],
        vec![("origin", "null".into())],
    ]
}

fn with(ask: Ask, headers: &[(&'static str, String)]) -> Ask {
    headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value))
}

#[tokio::test]
async fn no_other_site_posts_to_a_page_or_a_server_function() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let form = [("username", "root"), ("password", PASSWORD)];
    for headers in foreign(&app) {
        for path in ["/_fn/sign-in", "/_fn/nothing", "/", "/sign-in"] {
            let answer = with(app.ask_at("acme", "POST", path).form(&form), &headers);
            let answer = answer.header("accept", "application/json").send().await;
            let denied = (403, "Access denied".to_owned(), "cross_site".to_owned());
            assert_eq!(answer.problem(), denied, "{path} {headers:?}");
        }
        let base = with(app.ask("POST", "/_fn/sign-up").form(&form), &headers).send().await;
        assert_eq!(base.problem().2, "cross_site", "{headers:?}");
    }
    let own = app.ask_at("acme", "POST", "/_fn/sign-in").header(SITE, "same-origin").form(&form).send().await;
    assert_ne!(own.status, 403, "{}", own.body);
}

#[tokio::test]
async fn no_other_site_uses_the_cookie_on_the_api_and_programs_need_no_origin() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let sign_out = || app.ask_at("acme", "POST", "/api/v1/auth/sign-out");
    for headers in foreign(&app) {
        assert_eq!(with(sign_out().cookie(&token), &headers).send().await.problem().2, "cross_site", "{headers:?}");
        let read = with(app.ask_at("acme", "GET", "/api/v1/users/me").cookie(&token), &headers).send().await;
        assert_eq!(read.status, 200, "{headers:?}");
    }
    assert_eq!(sign_out().cookie(&token).header(SITE, "same-origin").send().await.status, 204);
    let token = app.sign_in("acme").await;
    assert_eq!(sign_out().bearer(&token).header(SITE, "cross-site").send().await.status, 204);
    let form = json!({"tenant": "beta", "username": "root", "password": PASSWORD});
    assert_eq!(app.ask("POST", "/tenants").json(&form).send().await.status, 201);
}

#[tokio::test]
async fn no_other_site_starts_a_download() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let ask = |path, site| {
        let ask = app.ask_at("acme", "GET", path).header(SITE, site).header("sec-fetch-mode", "navigate");
        ask.header("sec-fetch-dest", "document").header("accept", "application/json")
    };
    for path in ["/settings/database", "/api/v1/database"] {
        for site in ["cross-site", "same-site"] {
            let refused = ask(path, site).cookie(&token).send().await;
            assert_eq!(refused.problem(), (403, "Access denied".into(), "cross_site".into()), "{path} {site}");
        }
        for site in ["same-origin", "none"] {
            assert_eq!(ask(path, site).cookie(&token).send().await.status, 200, "{path} {site}");
        }
    }
    let program = ask("/api/v1/database", "cross-site").bearer(&token).send().await;
    assert_eq!(program.status, 200, "no browser sends a bearer by itself");
}

#[tokio::test]
async fn no_other_site_spends_a_password_that_is_shown_once() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let form = [("username", "ada"), ("role", "member")];
    let added = app.post_form(&app.host("acme"), "/_fn/add-member", &form).cookie(&token).send().await;
    let page = added.header("location").unwrap().to_owned();
    let ask = || app.ask_at("acme", "GET", &page).header("accept", "text/html").cookie(&token);
    for (site, mode, dest) in [
        ("cross-site", "no-cors", "image"),
        ("same-site", "no-cors", "image"),
        ("same-site", "navigate", "iframe"),
        ("cross-site", "cors", "empty"),
    ] {
        let headers = [(SITE, site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)];
        let refused = ask().headers(&headers).send().await;
        assert!(refused.status == 403 && refused.body.contains("another site"), "{site} {}", refused.body);
    }
    let shown = ask().header(SITE, "same-origin").send().await;
    assert!(shown.status == 200 && shown.body.contains("class=\"secret\""), "{}", shown.body);
}
