//! The cross-site rule over real HTTP: what a page of another site, or of a sibling tenant, could have a browser send.

use serde_json::json;

use crate::support::{PASSWORD, TestApp, http::Ask};

const SITE: &str = "sec-fetch-site";

/// Ways in which another site's request may look.
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
