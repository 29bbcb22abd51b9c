//! Signing up, in and out in a browser and over the API. Also changing one's own password, and the session of a one-time
//! password.

use serde_json::json;

use crate::support::{PASSWORD, TestApp, http::Answer};

/// Returns the token that an answer sets in the session cookie, after checking the cookie's attributes.
fn session(answer: &Answer) -> String {
    // The answer may set other cookies too, such as the one for a notice.
    let cookie = answer.all("set-cookie").find(|cookie| cookie.starts_with("__Host-session=")).unwrap_or_default();
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    cookie.strip_prefix("__Host-session=").unwrap().split(';').next().unwrap().to_owned()
}

/// Returns the path and query of the address to which the answer redirects.
fn leads_to<'a>(answer: &'a Answer, host: &str) -> &'a str {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").unwrap().strip_prefix(&format!("http://{host}")).unwrap()
}

async fn sign_up_in_a_browser(app: &TestApp, tenant: &str) -> String {
    let fields = [("tenant", tenant), ("username", "root"), ("password", PASSWORD), ("email", "")];
    let answer = app.post_form(&app.base(), "/_fn/sign-up", &fields).send().await;
    leads_to(&answer, &app.host(tenant)).to_owned()
}

#[tokio::test]
async fn a_browser_that_signs_up_stands_in_its_workspace() {
    let app = TestApp::start().await;
    let welcome = sign_up_in_a_browser(&app, "acme").await;
    assert!(welcome.starts_with("/welcome?code="), "{welcome}");
    let entered = app.ask_at("acme", "GET", &welcome).send().await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/")));
    let dashboard = app.ask_at("acme", "GET", "/").cookie(&session(&entered)).send().await;
    assert_eq!((dashboard.status, dashboard.is_page()), (200, true));
}

#[tokio::test]
async fn a_welcome_is_good_once_for_a_minute_and_here_only() {
    let app = TestApp::start().await;
    let welcome = sign_up_in_a_browser(&app, "acme").await;
    app.sign_up("beta").await;
    let elsewhere = app.ask_at("beta", "GET", &welcome).send().await;
    assert_eq!((elsewhere.status, elsewhere.header("set-cookie")), (401, None));
    assert_eq!(app.ask_at("acme", "HEAD", &welcome).send().await.status, 405);
    assert_eq!(app.ask_at("acme", "GET", &welcome).send().await.status, 303);
    let late = sign_up_in_a_browser(&app, "gamma").await;
    app.clock.advance(61);
    for (tenant, spent) in [
        ("acme", &*welcome),
        ("gamma", &*late),
        ("acme", "/welcome?code=x"),
        ("acme", "/welcome"),
        ("acme", "/welcome?code=a&code=b"),
    ] {
        let answer = app.ask_at(tenant, "GET", spent).header("accept", "text/html").send().await;
        assert_eq!((answer.status, answer.is_page(), answer.header("set-cookie")), (401, true, None), "{spent}");
        assert!(answer.body.contains("/sign-in"), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_browser_signs_in_and_out() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let host = app.host("acme");
    let wrong = [("username", "root"), ("password", "wrong wrong wrong")];
    let refused =
        app.post_form(&host, "/_fn/sign-in", &wrong).header("referer", &format!("http://{host}/sign-in")).send().await;
    assert!(!refused.header("set-cookie").unwrap_or_default().contains("__Host-session"));
    let right = [("username", "root"), ("password", PASSWORD)];
    let entered = app.post_form(&host, "/_fn/sign-in", &right).send().await;
    let token = session(&entered);
    assert_eq!(app.ask_at("acme", "GET", "/account").cookie(&token).send().await.status, 200);
    let left = app.post_form(&host, "/_fn/sign-out", &[]).header("content-type", "application/x-www-form-urlencoded");
    let left = left.cookie(&token).send().await;
    assert_eq!(left.status, 303, "{}", left.body);
    assert_eq!(app.ask_at("acme", "GET", "/account").cookie(&token).send().await.status, 401);
}

#[tokio::test]
async fn a_browser_that_keeps_no_cookies_is_told_so_when_it_signs_in() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let host = app.host("acme");
    let form = app.ask_at("acme", "GET", "/account").header("accept", "text/html").send().await;
    let probe = form.all("set-cookie").find(|cookie| cookie.starts_with("__Host-probe=")).unwrap().to_owned();
    let probed = form.body.contains("name=\"probed\" value=\"yes\"");
    assert!(probed && !form.body.contains("keeps no cookies"), "{}", form.body);
    let fields = [("username", "root"), ("password", PASSWORD), ("next", "/account"), ("probed", "yes")];
    let refused = app.post_form(&host, "/_fn/sign-in", &fields).send().await;
    assert_eq!((refused.status, refused.header("location")), (303, Some("/sign-in?next=%2Faccount&cookies=refused")));
    assert!(!refused.all("set-cookie").any(|cookie| cookie.starts_with("__Host-session=")));
    let told = app.ask_at("acme", "GET", refused.header("location").unwrap()).send().await;
    assert!(told.body.contains("Your browser keeps no cookies for this site."), "{}", told.body);
    let by_script = app.ask_at("acme", "POST", "/_fn/sign-in").header("sec-fetch-site", "same-origin");
    let by_script = by_script.form(&fields).send().await;
    assert_eq!(by_script.status, 401, "{}", by_script.body);
    assert!(by_script.body.contains("Your browser keeps no cookies for this site."), "{}", by_script.body);
    let kept = probe.split(';').next().unwrap();
    let entered = app.post_form(&host, "/_fn/sign-in", &fields).header("cookie", kept).send().await;
    assert_eq!((entered.status, entered.header("location")), (303, Some("/account")));
    session(&entered);
}

#[tokio::test]
async fn a_browsers_session_ends_after_seven_idle_days() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let right = [("username", "root"), ("password", PASSWORD)];
    let cookie = session(&app.post_form(&app.host("acme"), "/_fn/sign-in", &right).send().await);
    let day = 24 * 3600;
    for (days, status) in [(6, 200), (8, 401)] {
        app.clock.advance(days * day);
        assert_eq!(app.ask_at("acme", "GET", "/account").cookie(&cookie).send().await.status, status);
    }
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_begins_one() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (one, other) = (app.sign_in("acme").await, app.sign_in("acme").await);
    let change = |current: &str, new: &str| {
        let form = json!({"currentPassword": current, "newPassword": new});
        app.ask_at("acme", "PUT", "/api/v1/users/me/password").bearer(&one).json(&form).send()
    };
    for (current, new, field) in
        [("wrong wrong", "a better password", "currentPassword"), (PASSWORD, "short", "newPassword")]
    {
        let refused = change(current, new).await;
        assert_eq!(refused.problem().0, 422);
        assert!(refused.json()["fields"][field].is_string(), "{}", refused.body);
    }
    let changed = change(PASSWORD, "a better password").await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    for ended in [&one, &other] {
        assert_eq!(app.ask_at("acme", "GET", "/api/v1/users/me").bearer(ended).send().await.status, 401);
    }
    let fresh = changed.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(app.ask_at("acme", "GET", "/api/v1/users/me").bearer(&fresh).send().await.status, 200);
    app.sign_in_as("acme", "root", "a better password").await;
}

#[tokio::test]
async fn a_one_time_password_opens_nothing_but_the_choice_of_another() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let password = app.command(&["users", "add", "acme", "grace"]).await.after("one-time password");
    let token = app.sign_in_as("acme", "grace", &password).await;
    let me = app.ask_at("acme", "GET", "/api/v1/users/me").bearer(&token).send().await;
    assert_eq!(me.problem().2, "password_change_required");
    for (path, there) in [("/", Some("/account")), ("/nothing", Some("/account")), ("/account", None)] {
        let page = app.ask_at("acme", "GET", path).cookie(&token).send().await;
        assert_eq!((page.status, page.header("location")), (if there.is_some() { 303 } else { 200 }, there), "{path}");
    }
    let form = json!({"currentPassword": password, "newPassword": "a better password"});
    let chosen = app.ask_at("acme", "PUT", "/api/v1/users/me/password").bearer(&token).json(&form).send().await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    let token = chosen.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(app.ask_at("acme", "GET", "/api/v1/users/me").bearer(&token).send().await.status, 200);
}
