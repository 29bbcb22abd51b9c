//! Forms without JavaScript: sent twice, sent after the session has ended, and sent as another user. Nothing is done twice,
//! and no typed text is lost.

use crate::{
    people::add_with_password,
    support::{PASSWORD, TestApp, http::Answer},
};

/// A form key in the format that a page uses: 128 bits in base64.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAA";

/// Returns the value of a `Cookie` header with all cookies that the answer sets.
fn cookies(answer: &Answer) -> String {
    let pairs = answer.all("set-cookie").map(|line| line.split(';').next().unwrap_or_default().to_owned());
    pairs.collect::<Vec<_>>().join("; ")
}

/// Returns the value of a hidden field of a page.
fn hidden(page: &Answer, name: &str) -> String {
    let at = page.body.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name} in {}", page.body));
    let value = &page.body[at..][page.body[at..].find("value=\"").unwrap() + 7..];
    value[..value.find('"').unwrap()].to_owned()
}

fn sign_up<'a>(tenant: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("tenant", tenant), ("username", "root"), ("password", PASSWORD), ("formKey", key), ("formPage", "/sign-up")]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_is_sent_twice_is_done_once_and_answered_twice_alike() {
    let app = TestApp::start().await;
    let form = app.post_form(&app.base(), "/_fn/sign-up", &sign_up("acme", KEY));
    let (first, second) = tokio::join!(form.clone().send(), form.clone().send());
    let third = form.send().await;
    for answer in [&first, &second, &third] {
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(answer.header("location").unwrap().contains("/welcome?code="));
        assert_eq!(answer.header("location"), first.header("location"));
    }
    // The same key with other fields is a new form. It is refused because the name is taken now.
    let mut other = sign_up("acme", KEY);
    other[1] = ("username", "somebody");
    let refused = app.post_form(&app.base(), "/_fn/sign-up", &other).send().await;
    assert_eq!(refused.header("location"), Some("/sign-up"));
    let without = app.post_form(&app.base(), "/_fn/sign-up", &sign_up("acme", "")).send().await;
    assert_eq!(without.header("location"), Some("/sign-up"), "without a key it is judged like any other");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_is_added_twice_is_added_once_and_the_password_is_shown() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (host, token) = (app.host("acme"), app.sign_in("acme").await);
    let page = app.ask_at("acme", "GET", "/members/new").cookie(&token).send().await;
    let (key, of, user) = (hidden(&page, "formKey"), hidden(&page, "formPage"), hidden(&page, "formUser"));
    let fields = [("username", "max"), ("role", "member"), ("formKey", &*key), ("formPage", &of), ("formUser", &user)];
    let form = app.post_form(&host, "/_fn/add-member", &fields).cookie(&token);
    let (first, second) = tokio::join!(form.clone().send(), form.send());
    assert_eq!((first.status, first.header("location")), (303, second.header("location")));
    let there = second.header("location").unwrap().to_owned();
    let show = app.ask_at("acme", "GET", &there).header("accept", "text/html");
    let shown = show.cookie(&token).header("cookie", &cookies(&second)).send().await;
    assert!(shown.body.contains("class=\"secret\""), "{}", shown.body);
    let list = app.ask_at("acme", "GET", "/api/v1/users").bearer(&app.sign_in("acme").await).send().await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_key_of_one_person_answers_no_other() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let rename = [("displayName", "Acme Corp"), ("formKey", KEY), ("formPage", "/settings")];
    let renamed = app.post_form(&app.host("acme"), "/_fn/rename-workspace", &rename).cookie(&owner).send().await;
    assert_eq!(renamed.status, 303);
    let nobody = app.post_form(&app.host("acme"), "/_fn/rename-workspace", &rename).send().await;
    assert_eq!(nobody.status, 401);
    app.sign_up("beta").await;
    let stranger = app.sign_in("beta").await;
    let foreign = app.post_form(&app.host("acme"), "/_fn/rename-workspace", &rename).cookie(&stranger).send().await;
    assert_eq!(foreign.status, 403);
}

#[tokio::test]
async fn what_was_typed_when_the_session_had_ended_waits_for_the_same_user() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let host = app.host("acme");
    let token = app.sign_in("acme").await;
    let page = app.ask_at("acme", "GET", "/account").cookie(&token).send().await;
    let (key, user) = (hidden(&page, "formKey"), hidden(&page, "formUser"));
    app.post_form(&host, "/_fn/sign-out", &[]).cookie(&token).send().await;
    let fields = [
        ("displayName", "Ada Lovelace"),
        ("email", ""),
        ("formKey", &*key),
        ("formPage", "/account"),
        ("formUser", &user),
    ];
    let late = app.post_form(&host, "/_fn/change-details", &fields).cookie(&token).send().await;
    assert_eq!(late.status, 401);
    assert!(late.body.contains("You were signed out") && hidden(&late, "next") == "/account", "{}", late.body);
    let kept = cookies(&late);
    let again = app.sign_in("acme").await;
    let back =
        app.ask_at("acme", "GET", "/account").header("accept", "text/html").cookie(&again).header("cookie", &kept);
    let back = back.send().await;
    assert!(back.body.contains("value=\"Ada Lovelace\"") && back.body.contains("send it again"), "{}", back.body);
    let ada = add_with_password(&app, &app.sign_in("acme").await, "ada", "member").await;
    let other = ada.token.clone();
    let page =
        app.ask_at("acme", "GET", "/account").header("accept", "text/html").cookie(&other).header("cookie", &kept);
    assert!(!page.send().await.body.contains("Ada Lovelace"), "it is somebody else's");
}

#[tokio::test]
async fn a_form_that_was_opened_as_somebody_else_changes_nothing() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let ada = add_with_password(&app, &app.sign_in("acme").await, "ada", "member").await;
    let (hers, mine) = (ada.token.clone(), app.sign_in("acme").await);
    let page = app.ask_at("acme", "GET", "/account").cookie(&hers).send().await;
    let (key, user) = (hidden(&page, "formKey"), hidden(&page, "formUser"));
    let fields = [
        ("displayName", "Ada Lovelace"),
        ("email", ""),
        ("formKey", &*key),
        ("formPage", "/account"),
        ("formUser", &user),
    ];
    let form = app.post_form(&app.host("acme"), "/_fn/change-details", &fields).cookie(&mine);
    let plain = form.clone().send().await;
    assert_eq!((plain.status, plain.header("location")), (303, Some("/account")));
    let back = app
        .ask_at("acme", "GET", "/account")
        .header("accept", "text/html")
        .cookie(&mine)
        .header("cookie", &cookies(&plain));
    let back = back.send().await;
    assert!(back.body.contains("this form was opened as ada") && back.body.contains("Ada Lovelace"), "{}", back.body);
    let me = app.ask_at("acme", "GET", "/api/v1/users/me").bearer(&app.sign_in("acme").await).send().await.json();
    assert_eq!(me["displayName"], serde_json::Value::Null);
}

#[tokio::test]
async fn the_page_that_was_asked_for_is_found_again_exactly() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    for asked in ["/members?q=a%26b", "/members?q=Ren%C3%A9", "/members?q=a%20b", "/members?q=a%2Bb", "/account"] {
        let page = app.ask_at("acme", "GET", asked).header("accept", "text/html").send().await;
        assert_eq!(page.status, 401);
        let next = hidden(&page, "next").replace("&amp;", "&");
        assert_eq!(next, asked);
        let fields = [("username", "root"), ("password", PASSWORD), ("next", &*next)];
        let there = app.post_form(&app.host("acme"), "/_fn/sign-in", &fields).send().await;
        assert_eq!(there.header("location"), Some(asked));
    }
}

#[tokio::test]
async fn a_server_function_leads_to_no_other_host() {
    let app = TestApp::start().await;
    let ask = app.ask("GET", "/_fn/check-name?name=acme").header("accept", "text/html");
    let answer = ask.header("referer", "http://evil.example/x").send().await;
    assert_eq!((answer.status, answer.header("location")), (200, None), "{}", answer.body);
}

#[tokio::test]
async fn the_form_that_adds_a_member_takes_no_password() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (host, token) = (app.host("acme"), app.sign_in("acme").await);
    let fields = [("username", "ada"), ("role", "member"), ("password", "correct horse battery"), ("unknown", "x")];
    let added = app.post_form(&host, "/_fn/add-member", &fields).cookie(&token).send().await;
    assert_eq!(added.status, 303, "{}", added.body);
    let found = app.ask_at("acme", "GET", "/api/v1/users?q=ada").bearer(&token).send().await.json();
    assert_eq!(found["items"][0]["passwordChangeRequired"], true, "{found}");
}
