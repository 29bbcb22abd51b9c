//! Every route, for each kind of caller: no token, a token of another tenant, a session of a one-time password, a member, an
//! admin and an owner. Each new route needs a row here. Tests compare the rows with the API's description and the server
//! functions.

use std::collections::BTreeSet;

use app::paths::{self, Access, Page};
use serde_json::Value;

use crate::{
    people::{UNKNOWN, add, add_with_password},
    support::{TestApp, http::Ask},
};

/// API routes: method, path, and the status for no token, another tenant's token, a one-time password, a member, an admin and
/// an owner.
const API: [(&str, &str, [u16; 6]); 23] = [
    ("POST", "/tenants", [404; 6]),
    ("POST", "/api/v1/tenants", [404; 6]),
    ("POST", "/api/v1/auth/sign-in", [415; 6]),
    ("GET", "/api/v1/users/me", [401, 403, 403, 200, 200, 200]),
    ("PUT", "/api/v1/users/me/password", [401, 403, 415, 415, 415, 415]),
    ("GET", "/api/v1/users", [401, 403, 403, 403, 200, 200]),
    ("POST", "/api/v1/users", [401, 403, 403, 403, 415, 415]),
    ("GET", "/api/v1/users/{id}", [401, 403, 403, 403, 404, 404]),
    ("PATCH", "/api/v1/users/{id}", [401, 403, 403, 403, 415, 415]),
    ("DELETE", "/api/v1/users/{id}", [401, 403, 403, 403, 404, 404]),
    ("POST", "/api/v1/users/{id}/password-reset", [401, 403, 403, 403, 404, 404]),
    ("GET", "/api/v1/sessions", [401, 403, 403, 200, 200, 200]),
    ("DELETE", "/api/v1/sessions", [401, 403, 403, 204, 204, 204]),
    ("GET", "/api/v1/sessions/{id}", [401, 403, 403, 404, 404, 404]),
    ("DELETE", "/api/v1/sessions/{id}", [401, 403, 403, 404, 404, 404]),
    ("GET", "/api/v1/database", [401, 403, 403, 403, 403, 200]),
    ("HEAD", "/api/v1/database", [401, 403, 403, 403, 403, 200]),
    ("DELETE", "/api/v1/workspace", [401, 403, 403, 403, 403, 415]),
    ("GET", "/api/v1/nothing", [401, 403, 404, 404, 404, 404]),
    ("GET", "/api", [401, 403, 404, 404, 404, 404]),
    ("POST", "/api/v2/users/me", [401, 403, 404, 404, 404, 404]),
    ("DELETE", "/api/v1/users/me", [401, 403, 405, 405, 405, 405]),
    ("POST", "/api/v1/auth/sign-out", [401, 403, 204, 204, 204, 204]),
];

/// Routes that are no pages of the table, in the same form. The token is in the cookie.
const ROUTES: [(&str, &str, [u16; 6]); 18] = [
    ("GET", "/members/nobody", [401, 403, 303, 403, 404, 404]),
    ("GET", "/settings/database", [401, 403, 303, 403, 403, 200]),
    ("HEAD", "/settings/database", [401, 403, 303, 403, 403, 200]),
    ("POST", "/settings/database", [401, 403, 303, 405, 405, 405]),
    ("GET", "/.well-known/change-password", [303; 6]),
    ("POST", "/.well-known/change-password", [405, 405, 303, 405, 405, 405]),
    ("GET", "/deleted", [401, 403, 303, 404, 404, 404]),
    ("GET", "/nothing", [401, 403, 303, 404, 404, 404]),
    ("GET", "/sign-up", [401, 403, 303, 404, 404, 404]),
    ("GET", "/find", [401, 403, 303, 404, 404, 404]),
    ("GET", "/welcome", [401; 6]),
    ("HEAD", "/welcome", [405; 6]),
    ("POST", "/welcome", [405; 6]),
    ("PUT", "/account", [401, 403, 405, 405, 405, 405]),
    ("POST", "/_fn/nothing", [401, 403, 404, 404, 404, 404]),
    ("POST", "/_fn/sign-up", [401, 403, 404, 404, 404, 404]),
    ("GET", "/_fn/check-name", [401, 403, 404, 404, 404, 404]),
    ("POST", "/_fn/change-password", [401, 403, 415, 415, 415, 415]),
];

/// Server functions and their statuses in the same form. The posted form names a user and a session that do not exist, and has
/// no typed fields. Functions that end sessions come last.
const FUNCTIONS: [(&str, [u16; 6]); 16] = [
    ("/_fn/sign-in", [422; 6]),
    ("/_fn/change-password", [401, 403, 422, 422, 422, 422]),
    ("/_fn/change-details", [401, 403, 403, 200, 200, 200]),
    ("/_fn/add-member", [401, 403, 403, 403, 422, 422]),
    ("/_fn/change-member", [401, 403, 403, 403, 404, 404]),
    ("/_fn/make-owner", [401, 403, 403, 403, 403, 404]),
    ("/_fn/set-access", [401, 403, 403, 403, 404, 404]),
    ("/_fn/sign-out-member", [401, 403, 403, 403, 404, 404]),
    ("/_fn/reset-member-password", [401, 403, 403, 403, 404, 404]),
    ("/_fn/remove-member", [401, 403, 403, 403, 404, 404]),
    ("/_fn/rename-workspace", [401, 403, 403, 403, 403, 422]),
    ("/_fn/delete-workspace", [401, 403, 403, 403, 403, 422]),
    ("/_fn/end-session", [401, 403, 403, 404, 404, 404]),
    ("/_fn/end-other-sessions", [401, 403, 403, 200, 200, 200]),
    ("/_fn/sign-out", [200, 200, 200, 200, 200, 200]),
    ("/_fn/sign-everyone-out", [401, 403, 401, 401, 401, 401]),
];

/// Routes of the base host that are no pages of the table, with the status of a request without a token.
const BASE: [(&str, &str, u16); 16] = [
    ("HEAD", "/", 200),
    ("GET", "/.well-known/change-password", 404),
    ("GET", "/account", 404),
    ("GET", "/settings/delete", 404),
    ("GET", "/settings/database", 404),
    ("GET", "/sign-in", 404),
    ("GET", "/welcome", 404),
    ("GET", "/nothing", 404),
    ("POST", "/", 405),
    ("POST", "/_fn/sign-in", 404),
    ("POST", "/_fn/sign-out", 404),
    ("POST", "/_fn/sign-up", 415),
    ("GET", "/tenants", 405),
    ("GET", "/api", 404),
    ("GET", "/api/docs", 200),
    ("GET", "/api/openapi.json", 200),
];

/// Returns the statuses of a page of the table by its access. A member in its path does not exist.
fn statuses(page: &Page) -> [u16; 6] {
    let found = if page.path.contains(":user") { 404 } else { 200 };
    match page.access {
        Access::Open => [200, 200, 303, 303, 303, 303],
        Access::Session => [401, 403, found, found, found, found],
        Access::Member => [401, 403, 303, found, found, found],
        Access::Admin => [401, 403, 303, 403, found, found],
        Access::Owner => [401, 403, 303, 403, 403, found],
    }
}

async fn actors(app: &TestApp) -> [Option<String>; 6] {
    app.sign_up("acme").await;
    app.sign_up("beta").await;
    let owner = app.sign_in("acme").await;
    let admitted = add(app, &owner, "grace", "member").await;
    let one_time = app.sign_in_as("acme", "grace", admitted["oneTimePassword"].as_str().unwrap()).await;
    let member = add_with_password(app, &owner, "alan", "member").await.token;
    let admin = add_with_password(app, &owner, "ada", "admin").await.token;
    [None, Some(app.sign_in("beta").await), Some(one_time), Some(member), Some(admin), Some(owner)]
}

async fn status(ask: Ask) -> u16 {
    let answer = ask.send().await;
    if answer.status >= 400 && !answer.is_page() && !answer.body.is_empty() {
        answer.problem();
    }
    answer.status
}

#[tokio::test]
async fn every_route_of_the_api_knows_everyone() {
    let app = TestApp::start().await;
    let actors = actors(&app).await;
    for (method, path, expected) in API {
        for (token, expected) in actors.iter().zip(expected) {
            let ask = app.ask_at("acme", method, &path.replace("{id}", UNKNOWN));
            let ask = token.iter().fold(ask, |ask, token| ask.bearer(token));
            assert_eq!(status(ask).await, expected, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_route_of_the_description_has_its_row() {
    let app = TestApp::start().await;
    let described = app.ask("GET", "/api/openapi.json").send().await.json();
    let methods = |(path, item): (&String, &Value)| {
        let names: Vec<_> = item.as_object().unwrap().keys().filter(|name| *name != "parameters").cloned().collect();
        names.into_iter().map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    };
    let described: BTreeSet<_> = described["paths"].as_object().unwrap().iter().flat_map(methods).collect();
    let walked: BTreeSet<_> = API.iter().map(|(method, path, _)| (method.to_string(), path.to_string())).collect();
    assert_eq!(described.difference(&walked).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
}

#[tokio::test]
async fn every_route_of_a_workspace_knows_everyone() {
    let app = TestApp::start().await;
    let actors = actors(&app).await;
    let pages = paths::WORKSPACE.iter().map(|page| ("GET", page.path, statuses(page)));
    for (method, path, expected) in pages.chain(ROUTES) {
        let path = path.replace(":user", UNKNOWN).replace("{id}", UNKNOWN);
        for (token, expected) in actors.iter().zip(expected) {
            let ask = app.ask_at("acme", method, &path);
            let ask = ask.header("sec-fetch-site", "same-origin");
            let ask = token.iter().fold(ask, |ask, token| ask.cookie(token));
            assert_eq!(status(ask).await, expected, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_server_function_knows_everyone() {
    let app = TestApp::start().await;
    let actors = actors(&app).await;
    let form = [("user", UNKNOWN), ("session", UNKNOWN), ("disabled", "true")];
    for (path, expected) in FUNCTIONS {
        for (token, expected) in actors.iter().zip(expected) {
            let ask = app.ask_at("acme", "POST", path).header("sec-fetch-site", "same-origin").form(&form);
            let ask = token.iter().fold(ask.header("accept", "application/json"), |ask, token| ask.cookie(token));
            assert_eq!(status(ask).await, expected, "{path}");
        }
    }
}

#[test]
fn every_server_function_has_its_row() {
    let walked: BTreeSet<_> =
        FUNCTIONS.iter().map(|(path, _)| *path).chain(["/_fn/sign-up", "/_fn/check-name"]).collect();
    let mounted: BTreeSet<_> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert_eq!(mounted, walked);
}

#[tokio::test]
async fn every_route_of_the_base_host_is_open_or_not_there() {
    let app = TestApp::start().await;
    let pages = paths::SITE.iter().map(|page| ("GET", page.path, 200));
    for (method, path, expected) in pages.chain(BASE) {
        let ask = app.ask(method, path).header("sec-fetch-site", "same-origin");
        let answer = ask.send().await;
        assert_eq!(answer.status, expected, "{method} {path}");
    }
}
