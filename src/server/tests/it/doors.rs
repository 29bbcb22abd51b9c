//! The two doors, browser and API. A token works at its own door only, a browser has one session in a workspace at a time, and
//! no other site can sign a browser in.

use crate::support::{
    PASSWORD, TestApp,
    http::{Answer, Ask},
};

const ME: &str = "/api/v1/users/me";

/// Returns the token that an answer sets in the session cookie. `None` means that it sets none.
fn session(answer: &Answer) -> Option<String> {
    let mut cookies = answer.all("set-cookie").filter_map(|cookie| cookie.strip_prefix("__Host-session="));
    cookies.next().map(|cookie| cookie.split(';').next().unwrap().to_owned())
}

fn sign_in(app: &TestApp, tenant: &str) -> Ask {
    app.post_form(&app.host(tenant), "/_fn/sign-in", &[("username", "root"), ("password", PASSWORD)])
}

/// Returns the status of a page of acme for this session cookie.
async fn page(app: &TestApp, cookie: &str) -> u16 {
    app.ask_at("acme", "GET", "/account").cookie_as_it_is(cookie).send().await.status
}

async fn welcome(app: &TestApp, tenant: &str) -> String {
    let fields = [("tenant", tenant), ("username", "root"), ("password", PASSWORD), ("email", "")];
    let answer = app.post_form(&app.base(), "/_fn/sign-up", &fields).send().await;
    let there = answer.header("location").unwrap().to_owned();
    there.strip_prefix(&format!("http://{}", app.host(tenant))).unwrap().to_owned()
}

#[tokio::test]
async fn a_browsers_token_is_no_bearer_and_an_api_token_is_no_cookie() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (api, browser) = (app.sign_in("acme").await, session(&sign_in(&app, "acme").send().await).unwrap());
    assert_eq!(app.ask_at("acme", "GET", ME).bearer(&api).send().await.status, 200);
    assert_eq!(app.ask_at("acme", "GET", ME).bearer(&browser).send().await.problem().0, 401);
    assert_eq!((page(&app, &browser).await, page(&app, &api).await), (200, 401));
    assert_eq!(app.ask_at("acme", "GET", ME).cookie_as_it_is(&browser).send().await.status, 200);
    assert_eq!(app.ask_at("acme", "GET", ME).cookie_as_it_is(&api).send().await.problem().0, 401);
}

#[tokio::test]
async fn a_browser_that_signs_in_again_ends_its_own_session_and_no_other() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    app.sign_up("beta").await;
    let first = session(&sign_in(&app, "acme").send().await).unwrap();
    let other = session(&sign_in(&app, "acme").send().await).unwrap();
    let wrong = app.post_form(&app.host("acme"), "/_fn/sign-in", &[("username", "root"), ("password", "wrong wrong")]);
    wrong.cookie(&first).send().await;
    sign_in(&app, "beta").cookie(&first).send().await;
    assert_eq!(page(&app, &first).await, 200, "a sign-in that fails, or at another workspace, ends nothing");
    let again = session(&sign_in(&app, "acme").cookie(&first).send().await).unwrap();
    assert_eq!((page(&app, &first).await, page(&app, &other).await, page(&app, &again).await), (401, 200, 200));
}

#[tokio::test]
async fn no_other_site_spends_a_welcome() {
    let app = TestApp::start().await;
    let there = welcome(&app, "acme").await;
    for (site, mode, dest) in [
        ("cross-site", "no-cors", "image"),
        ("same-site", "no-cors", "image"),
        ("same-site", "navigate", "iframe"),
        ("cross-site", "cors", "empty"),
    ] {
        let ask = app.ask_at("acme", "GET", &there).header("sec-fetch-site", site).header("sec-fetch-mode", mode);
        let refused = ask.header("sec-fetch-dest", dest).header("accept", "application/json").send().await;
        assert_eq!((refused.problem().2.as_str(), session(&refused)), ("cross_site", None), "{site} {mode} {dest}");
    }
    let ahead = app.ask_at("acme", "GET", &there).header("sec-purpose", "prefetch;prerender").send().await;
    assert_eq!((ahead.status, session(&ahead)), (403, None));
    let ask = app.ask_at("acme", "GET", &there).header("sec-fetch-site", "same-site");
    let opened = ask.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document").send().await;
    assert!(opened.status == 303 && session(&opened).is_some(), "none of them spent it: {}", opened.body);
}

#[tokio::test]
async fn a_welcome_is_for_get_alone_and_says_so() {
    let app = TestApp::start().await;
    let there = welcome(&app, "acme").await;
    for method in ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        for site in ["same-origin", "cross-site"] {
            let ask = app.ask_at("acme", method, &there).header("accept", "application/json");
            let refused = ask.header("sec-fetch-site", site).send().await;
            assert_eq!((refused.status, refused.header("allow")), (405, Some("GET")), "{method} {site}");
            assert!(session(&refused).is_none());
        }
    }
    assert_eq!(app.ask_at("acme", "GET", &there).send().await.status, 303, "none of them spent it");
}

#[tokio::test]
async fn a_welcome_ends_with_a_change_of_the_password_and_with_disabling() {
    let app = TestApp::start().await;
    for (tenant, change) in [("acme", "disable"), ("beta", "reset-password"), ("gamma", "sign-out")] {
        let there = welcome(&app, tenant).await;
        app.command(&["users", "add", tenant, "ada", "--role", "owner"]).await;
        assert_eq!(app.command(&["users", change, tenant, "root"]).await.status, 0, "{change}");
        app.command(&["users", "enable", tenant, "root"]).await;
        let late = app.ask_at(tenant, "GET", &there).send().await;
        assert_eq!((late.status, session(&late)), (401, None), "{change}");
    }
}

#[tokio::test]
async fn no_other_cookie_hides_the_session() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = session(&sign_in(&app, "acme").send().await).unwrap();
    for cookies in [
        format!("theme=é; __Host-session={token}"),
        format!("__Host-session={token}; name=Zoë; x=1"),
        format!("=; ;; __Host-session={token};"),
    ] {
        let answer = app.ask_at("acme", "GET", "/account").header("cookie", &cookies).send().await;
        assert_eq!(answer.status, 200, "{cookies}");
    }
    let two = app.ask_at("acme", "GET", "/account").header("cookie", "a=\u{ff}").cookie(&token).send().await;
    assert_eq!(two.status, 200);
}

#[tokio::test]
async fn a_browser_that_signs_out_forgets_what_it_stored() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = session(&sign_in(&app, "acme").send().await).unwrap();
    let left = app.post_form(&app.host("acme"), "/_fn/sign-out", &[]).cookie(&token);
    let left = left.header("content-type", "application/x-www-form-urlencoded").send().await;
    assert_eq!((left.status, left.header("clear-site-data")), (303, Some("\"storage\"")));
    assert_eq!(page(&app, &token).await, 401);
}

#[tokio::test]
async fn a_session_that_began_while_the_clock_was_ahead_ends_when_it_is_right() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    app.clock.advance(365 * 24 * 3600);
    let (api, browser) = (app.sign_in("acme").await, session(&sign_in(&app, "acme").send().await).unwrap());
    app.clock.advance(-365 * 24 * 3600);
    assert_eq!(app.ask_at("acme", "GET", ME).bearer(&api).send().await.problem().0, 401);
    assert_eq!(page(&app, &browser).await, 401);
    let now = app.sign_in("acme").await;
    assert_eq!(app.ask_at("acme", "GET", ME).bearer(&now).send().await.status, 200);
    app.clock.advance(365 * 24 * 3600);
    assert_eq!(page(&app, &browser).await, 401, "and is not good again when its time has come");
}
