//! Authentication by token, and the check that it is a token of this tenant: docs/contract.md, "Tokens and sessions".

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    tokens::{claims, critical, header, sign, unsigned},
};

const ME: &str = "/api/v1/users/me";

/// Sends the token by host and by header, and checks that both give the same problem. Returns its status, its title, and
/// whether `WWW-Authenticate` is `Bearer`.
async fn verdict(app: &TestApp, token: &str) -> (u16, String, bool) {
    let by_host = app.ask_at("acme", "GET", ME).bearer(token).send().await;
    let by_header = app.ask("GET", ME).header("x-tenant", "acme").bearer(token).send().await;
    assert_eq!(by_host.problem(), by_header.problem());
    let (status, title, _) = by_host.problem();
    (status, title, by_host.header("www-authenticate") == Some("Bearer"))
}

fn unauthorized() -> (u16, String, bool) {
    (401, "Unauthorized".to_owned(), true)
}

fn denied() -> (u16, String, bool) {
    (403, "Access denied".to_owned(), false)
}

#[tokio::test]
async fn a_forged_token_is_nobodys() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    app.sign_up("beta").await;
    let (acme, beta) = (app.sign_in("acme").await, app.sign_in("beta").await);
    let (head, says) = (header(&acme), claims(&acme));
    let (acme_id, beta_id) = (says["tid"].as_str().unwrap(), claims(&beta)["tid"].clone());
    let (kid, beta_id) = (head["kid"].as_str().unwrap(), beta_id.as_str().unwrap());
    let with = |field: &str, value: Value| {
        let mut changed = says.clone();
        changed[field] = value;
        changed
    };
    let none = json!({"alg": "none", "typ": "JWT", "kid": kid});
    let (start, signature) = acme.rsplit_once('.').unwrap();
    let unknown = "0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
    for (what, token) in [
        ("no token at all", String::new()),
        ("not a token", "x.y.z".to_owned()),
        ("alg: none", unsigned(&none, &says)),
        ("alg: none in capitals", unsigned(&json!({"alg": "NONE", "kid": kid}), &says)),
        ("alg: HS512", unsigned(&json!({"alg": "HS512", "kid": kid}), &says)),
        ("truncated", acme[..acme.len() - 2].to_owned()),
        ("no signature", format!("{start}.")),
        ("another's signature", format!("{start}.{}", beta.rsplit_once('.').unwrap().1)),
        (
            "a changed claim",
            format!("{}.{signature}", unsigned(&head, &with("exp", json!(9_999_999_999_u64))).trim_end_matches('.')),
        ),
        ("another tenant's key under our kid", sign(app.data(), beta_id, kid, &says)),
        ("another tenant's key under its own kid", sign(app.data(), beta_id, &format!("{beta_id}.1"), &says)),
        ("another tenant's id under our key", sign(app.data(), acme_id, kid, &with("tid", json!(beta_id)))),
        ("an unknown kid", sign(app.data(), acme_id, &format!("{unknown}.1"), &says)),
        ("an unknown epoch", sign(app.data(), acme_id, &format!("{acme_id}.2"), &says)),
        ("a kid in another form", sign(app.data(), acme_id, &format!("{acme_id}.01"), &says)),
        ("a kid that is a path", sign(app.data(), acme_id, "../../secret", &says)),
        ("issued in the future", sign(app.data(), acme_id, kid, &with("iat", json!(9_999_999_999_u64)))),
        ("no integer for an end", sign(app.data(), acme_id, kid, &with("exp", json!(u64::MAX)))),
        ("an end before all time", sign(app.data(), acme_id, kid, &with("exp", json!(i64::MIN)))),
        ("the other door", sign(app.data(), acme_id, kid, &with("door", json!("browser")))),
        ("no door that there is", sign(app.data(), acme_id, kid, &with("door", json!("window")))),
        ("a critical extension", critical(app.data(), acme_id, kid, &says)),
        ("expired", sign(app.data(), acme_id, kid, &with("exp", json!(1)))),
        ("a session that never was", sign(app.data(), acme_id, kid, &with("sid", json!(unknown)))),
        ("another user's session", sign(app.data(), acme_id, kid, &with("userId", json!(unknown)))),
    ] {
        assert_eq!(verdict(&app, &token).await, unauthorized(), "{what}");
    }
    // The derived key equals the server's key: a valid token that it signs is accepted.
    for good in [says.clone(), with("exp", json!(i64::MAX)), with("door", Value::Null)] {
        let resigned = sign(app.data(), acme_id, kid, &good);
        assert_eq!(app.ask_at("acme", "GET", ME).bearer(&resigned).send().await.status, 200, "{good}");
    }
}

#[tokio::test]
async fn a_token_says_whose_it_is_and_nothing_more() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let (head, says) = (header(&token), claims(&token));
    assert_eq!(head["alg"], "HS256");
    assert_eq!(head["kid"], format!("{}.1", says["tid"].as_str().unwrap()));
    assert_eq!(says["tenant"], "acme");
    let mut names: Vec<&str> = says.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["door", "exp", "iat", "sid", "tenant", "tid", "userId"]);
    assert_eq!(says["exp"].as_i64().unwrap() - says["iat"].as_i64().unwrap(), 3600);
}

#[tokio::test]
async fn a_valid_token_of_another_tenant_is_denied_and_opens_nothing() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    app.sign_up("beta").await;
    assert_eq!(verdict(&app, &app.sign_in("beta").await).await, denied());
}

#[tokio::test]
async fn a_token_ends_after_an_hour_and_five_seconds() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    app.clock.advance(3595);
    assert_eq!(app.ask_at("acme", "GET", ME).bearer(&token).send().await.status, 200);
    app.clock.advance(60);
    assert_eq!(verdict(&app, &token).await, unauthorized());
}

#[tokio::test]
async fn a_signed_out_token_ends_at_once_and_others_go_on() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (one, other) = (app.sign_in("acme").await, app.sign_in("acme").await);
    let out = app.ask_at("acme", "POST", "/api/v1/auth/sign-out").bearer(&one).send().await;
    assert_eq!((out.status, out.body.as_str()), (204, ""));
    assert_eq!(verdict(&app, &one).await, unauthorized());
    assert_eq!(app.ask_at("acme", "GET", ME).bearer(&other).send().await.status, 200);
}

#[tokio::test]
async fn a_cookie_counts_on_the_tenants_own_host_only_and_never_beside_a_bearer() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    assert_eq!(app.ask_at("acme", "GET", ME).cookie(&token).send().await.status, 200);
    let by_header = app.ask("GET", ME).header("x-tenant", "acme").cookie(&token).send().await;
    assert_eq!(by_header.problem().0, 401);
    let both = app.ask_at("acme", "GET", ME).cookie(&token).bearer("x.y.z").send().await;
    assert_eq!(both.problem().0, 401);
    let twice = app.ask_at("acme", "GET", ME).bearer(&token).bearer(&token).send().await;
    assert_eq!(twice.problem().0, 401);
}
