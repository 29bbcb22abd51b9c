//! The statuses of the JSON API, and the order of its checks: path, method, media type, size, fields.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

const SIGN_IN: &str = "/api/v1/auth/sign-in";

#[tokio::test]
async fn a_sign_up_answers_with_where_the_workspace_is_and_no_token() {
    let app = TestApp::start().await;
    for (path, tenant) in [("/tenants", "acme"), ("/api/v1/tenants", "beta")] {
        let form = json!({"tenant": tenant, "username": "Root", "password": PASSWORD, "email": "root@example.com"});
        let answer = app.ask("POST", path).json(&form).send().await;
        let url = format!("http://{}", app.host(tenant));
        assert_eq!((answer.status, answer.header("location")), (201, Some(&*url)));
        let body = answer.json();
        assert_eq!((&body["tenant"], &body["url"], &body["token"]), (&tenant.into(), &url.into(), &json!(null)));
        let user = &body["user"];
        assert_eq!(
            (&user["username"], &user["role"], &user["email"]),
            (&"root".into(), &"owner".into(), &"root@example.com".into())
        );
        assert!(user["createdAt"].as_str().is_some_and(|time| time.ends_with('Z')), "{user}");
    }
    let elsewhere = app.ask_bare("POST", "/tenants").header("host", "127.0.0.1");
    let form = json!({"tenant": "gamma", "username": "root", "password": PASSWORD});
    assert_eq!(elsewhere.json(&form).send().await.status, 201);
}

#[tokio::test]
async fn a_sign_up_that_cannot_be_taken_says_why() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let form = |tenant: &str| json!({"tenant": tenant, "username": "root", "password": PASSWORD});
    for (tenant, status, title) in [
        ("acme", 409, "Taken"),
        ("admin", 422, "Invalid"),
        ("my-freehold", 422, "Invalid"),
        ("Acme", 422, "Invalid"),
        ("a--b", 422, "Invalid"),
        ("", 422, "Invalid"),
    ] {
        let answer = app.ask("POST", "/tenants").json(&form(tenant)).send().await;
        assert_eq!(answer.problem().0, status, "{tenant}");
        assert_eq!(answer.problem().1, title, "{tenant}");
        assert!(answer.json()["fields"]["tenant"].is_string(), "{}", answer.body);
    }
    let empty = app.ask("POST", "/tenants").json(&json!({})).send().await;
    assert_eq!(empty.status, 422);
    assert!(["tenant", "username", "password"].iter().all(|field| empty.json()["fields"][field].is_string()));
}

#[tokio::test]
async fn sign_up_is_not_found_where_a_tenant_is_named() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let form = json!({"tenant": "beta", "username": "root", "password": PASSWORD});
    for path in ["/tenants", "/api/v1/tenants"] {
        assert_eq!(app.ask_at("acme", "POST", path).json(&form).send().await.problem().0, 404, "{path}");
    }
    let by_header = app.ask("POST", "/api/v1/tenants").header("x-tenant", "acme").json(&form).send().await;
    assert_eq!(by_header.problem().0, 404);
}

#[tokio::test]
async fn a_closed_sign_up_is_refused_and_the_operator_still_makes_workspaces() {
    let app = TestApp::with(&["--sign-up", "closed"]).await;
    let form = json!({"tenant": "acme", "username": "root", "password": PASSWORD});
    let refused = app.ask("POST", "/tenants").json(&form).send().await;
    assert_eq!(refused.problem(), (403, "Sign-up closed".to_owned(), "sign_up_closed".to_owned()));
    assert_eq!(app.command(&["tenants", "create", "acme", "--username", "root"]).await.status, 0);
}

#[tokio::test]
async fn path_method_media_type_size_and_fields_are_asked_in_this_order() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let large = "x".repeat(70_000);
    let at = |method: &str, path: &str| app.ask_at("acme", method, path).bearer(&token);
    for (what, ask, status, title) in [
        ("no such path", at("PATCH", "/api/v1/nothing").body("text/plain", &large), 404, "Not found"),
        ("the root of the API", at("GET", "/api/v1"), 404, "Not found"),
        ("a slash at the end", at("GET", "/api/v1/users/me/"), 404, "Not found"),
        ("outside of the version", at("GET", "/api/v2/users"), 404, "Not found"),
        ("no such method", at("PATCH", "/api/v1/users/me").body("text/plain", &large), 405, "Method not allowed"),
        ("no such method in public", app.ask_at("acme", "GET", SIGN_IN), 405, "Method not allowed"),
        ("no such method of /tenants", app.ask("GET", "/tenants"), 405, "Method not allowed"),
        ("no media type", at("PUT", "/api/v1/users/me/password"), 415, "Unsupported media type"),
        (
            "another media type",
            at("PUT", "/api/v1/users/me/password").body("text/plain", &large),
            415,
            "Unsupported media type",
        ),
        ("a form", app.ask("POST", "/tenants").form(&[("tenant", "beta")]), 415, "Unsupported media type"),
        ("too large", at("PUT", "/api/v1/users/me/password").body("application/json", &large), 413, "Too large"),
        ("no JSON", at("PUT", "/api/v1/users/me/password").body("application/json", "{"), 400, "Malformed JSON"),
        ("of the wrong type", app.ask_at("acme", "POST", SIGN_IN).json(&json!({"username": 7})), 422, "Invalid"),
        ("a list", app.ask("POST", "/tenants").json(&json!([])), 422, "Invalid"),
    ] {
        let (got, said, _) = ask.send().await.problem();
        assert_eq!((got, &*said), (status, title), "{what}");
    }
    assert_eq!(at("PATCH", "/api/v1/users/me").send().await.header("allow"), Some("GET,HEAD"));
    let with_charset = app.ask_at("acme", "POST", SIGN_IN);
    let body = json!({"username": "root", "password": PASSWORD}).to_string();
    assert_eq!(with_charset.body("Application/JSON; charset=utf-8", &body).send().await.status, 200);
}

#[tokio::test]
async fn nobody_learns_which_paths_there_are() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    for (method, path) in
        [("GET", "/api/v1/nothing"), ("PATCH", "/api/v1/users/me"), ("GET", "/api/v1"), ("GET", "/api/v1/")]
    {
        let refused = app.ask_at("acme", method, path).send().await;
        assert_eq!((refused.problem().0, refused.header("allow")), (401, None), "{path}");
        assert_eq!(app.ask(method, path).send().await.problem().1, "Invalid tenant", "{path}");
    }
}

#[tokio::test]
async fn wrong_unknown_and_malformed_credentials_are_one_answer() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let mut answers = Vec::new();
    for (username, password) in [("root", "wrong wrong wrong"), ("nobody", PASSWORD), ("root", ""), ("no user!", "x")] {
        let form = json!({"username": username, "password": password});
        let answer = app.ask_at("acme", "POST", SIGN_IN).json(&form).send().await;
        assert_eq!(answer.problem(), (401, "Unauthorized".to_owned(), "unauthorized".to_owned()));
        answers.push(answer.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::with(&["--sign-in-rate", "2/h", "--sign-up-rate", "1/h"]).await;
    app.sign_up("acme").await;
    let again = json!({"tenant": "beta", "username": "root", "password": PASSWORD});
    let mut limited = vec![app.ask("POST", "/tenants").json(&again).send().await];
    for _ in 0..2 {
        app.sign_in("acme").await;
    }
    let form = json!({"username": "root", "password": PASSWORD});
    // `X-Forwarded-For` of an untrusted client is ignored.
    let elsewhere = app.ask_at("acme", "POST", SIGN_IN).header("x-forwarded-for", "203.0.113.9").json(&form);
    limited.push(elsewhere.send().await);
    for answer in limited {
        assert_eq!(answer.problem().0, 429);
        assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 60);
    }
    let trusting = TestApp::with(&["--sign-up-rate", "1/h", "--trusted-proxies", "10.0.0.0/8,127.0.0.1"]).await;
    for address in ["203.0.113.9", "203.0.113.10"] {
        let form = json!({"tenant": format!("t{}", address.len()), "username": "root", "password": PASSWORD});
        let answer = trusting.ask("POST", "/tenants").header("x-forwarded-for", address).json(&form).send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let app = TestApp::start().await;
    let answers = [app.ask("GET", "/").send().await, app.ask("GET", "/api/v1/users/me").send().await];
    for answer in &answers {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("vary").unwrap().starts_with("x-tenant, Cookie, Authorization, Accept"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.header("x-request-id").map(str::len), Some(36));
    }
    assert_ne!(answers[0].header("x-request-id"), answers[1].header("x-request-id"));
}

#[tokio::test]
async fn a_body_is_one_json_object_in_utf_8_and_a_refusal_names_no_type_of_ours() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let json = "application/json";
    let good = format!("{{\"username\":\"root\",\"password\":\"{PASSWORD}\"}}");
    for (media_type, body, status, code) in [
        (json, &*format!("[\"root\",\"{PASSWORD}\"]"), 422, "invalid"),
        (json, "null", 422, "invalid"),
        (json, "\"x\"", 422, "invalid"),
        (json, "{\"username\":5,\"password\":\"x\"}", 422, "invalid"),
        (json, "{\"username\":\"root\"", 400, "malformed_json"),
        (json, "{\"username\":\"root\",}", 400, "malformed_json"),
        (json, "[1,", 400, "malformed_json"),
        (json, "", 400, "malformed_json"),
        ("application/json; charset=iso-8859-1", &good, 415, "unsupported_media_type"),
    ] {
        let answer = app.ask_at("acme", "POST", SIGN_IN).body(media_type, body).send().await;
        let problem = answer.json();
        assert_eq!((answer.status, problem["code"].as_str()), (status, Some(code)), "{body}: {}", answer.body);
        let words = ["struct", "Form", "invalid type", "string"];
        assert!(!words.iter().any(|word| answer.body.contains(word)), "{body}: {}", answer.body);
    }
    let zipped = app.ask_at("acme", "POST", SIGN_IN).header("content-encoding", "gzip").body(json, &good);
    assert_eq!(zipped.send().await.status, 415);
    let plain = app.ask_at("acme", "POST", SIGN_IN).body("application/json; charset=UTF-8", &good).send().await;
    assert_eq!(plain.status, 200, "{}", plain.body);
}

#[tokio::test]
async fn a_field_of_a_body_that_does_not_fit_is_named_and_what_it_must_be() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let me = app.ask_at("acme", "GET", "/api/v1/users/me").bearer(&token).send().await.json();
    let change = format!("/api/v1/users/{}", me["id"].as_str().unwrap());
    for (method, path, body, field, says) in [
        ("POST", SIGN_IN, r#"{"username":5,"password":"x"}"#, "username", "This must be text."),
        ("POST", SIGN_IN, r#"{"username":"a","password":["x"]}"#, "password", "This must be text."),
        ("POST", SIGN_IN, r#"{"username":"a","username":"b"}"#, "username", "Send this field once."),
        ("POST", "/api/v1/users", r#"{"username":"ada","rank":"king"}"#, "rank", "This field is not known."),
        ("POST", "/api/v1/users", r#"{"username":"ada","role":7}"#, "role", "This must be text."),
        ("PATCH", &change, r#"{"disabled":"yes"}"#, "disabled", "This must be true or false."),
        ("PATCH", &change, r#"{"displayName":{}}"#, "displayName", "This must be text."),
        ("DELETE", "/api/v1/workspace", r#"{"name":false}"#, "name", "This must be text."),
    ] {
        let refused = app.ask_at("acme", method, path).bearer(&token).body("application/json", body).send().await;
        assert_eq!(refused.problem(), (422, "Invalid".into(), "invalid".into()), "{body}");
        let problem = refused.json();
        assert_eq!((&problem["fields"], &problem["detail"]), (&json!({field: says}), &Value::Null), "{body}");
    }
}

#[tokio::test]
async fn a_time_has_milliseconds_and_an_id_is_found_in_any_case() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let me = app.ask_at("acme", "GET", "/api/v1/users/me").bearer(&token).send().await.json();
    for field in ["createdAt", "lastSignInAt"] {
        let time = me[field].as_str().unwrap();
        assert!(time.len() == 24 && time.as_bytes()[19] == b'.' && time.ends_with('Z'), "{time}");
    }
    let id = me["id"].as_str().unwrap();
    let path = format!("/api/v1/users/{}", id.to_uppercase());
    let same = app.ask_at("acme", "GET", &path).bearer(&token).send().await;
    assert_eq!((same.status, same.json()["id"].as_str()), (200, Some(id)), "{}", same.body);
}

#[tokio::test]
async fn a_program_that_likes_problems_better_than_pages_gets_them() {
    let app = TestApp::start().await;
    let ask = app.ask("GET", "/nope").header("accept", "application/problem+json, text/html;q=0.5");
    assert_eq!(ask.send().await.header("content-type"), Some("application/problem+json"));
}
