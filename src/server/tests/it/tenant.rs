//! Finding the tenant of a request by host and by header, and checking that it exists: docs/contract.md, "Which tenant".

use crate::support::{TestApp, http::Answer};

const INVALID: (u16, &str) = (400, "Invalid tenant");
const UNKNOWN: (u16, &str) = (400, "Tenant does not exist");
const ME: &str = "/api/v1/users/me";

/// Texts that are not valid tenant names, as a host or a header could send them.
const NO_NAMES: [&str; 16] = [
    ".",
    "..",
    "acme.",
    ".acme",
    "a.b",
    "acme/x",
    "%2e",
    "acme%2e",
    "аcme",
    "ａcme",
    "xn--acm-dma",
    "-acme",
    "acme-",
    "ac--me",
    "ac_me",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

fn verdict(answer: &Answer) -> (u16, String) {
    let (status, title, _) = answer.problem();
    (status, title)
}

fn owned((status, title): (u16, &str)) -> (u16, String) {
    (status, title.to_owned())
}

#[tokio::test]
async fn a_host_that_names_no_tenant_well_is_invalid() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    for name in NO_NAMES {
        let answer = app.ask_at(name, "GET", ME).bearer(&token).send().await;
        assert_eq!(verdict(&answer), owned(INVALID), "{name}");
    }
    for host in [
        "",
        "acme.localhost.",
        "a.acme.localhost",
        "acme.localhost:99999",
        "acme.localhost::",
        "u@acme.localhost",
        "[::1",
    ] {
        let answer = app.ask_bare("GET", ME).header("host", host).bearer(&token).send().await;
        assert_eq!(verdict(&answer), owned(INVALID), "{host}");
    }
}

#[tokio::test]
async fn a_header_that_names_no_tenant_well_is_invalid() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    for name in NO_NAMES.into_iter().chain(["", "Acme", "ACME", "acme,acme", "acme acme"]) {
        let answer = app.ask("GET", ME).header("x-tenant", name).bearer(&token).send().await;
        assert_eq!(verdict(&answer), owned(INVALID), "{name}");
    }
}

#[tokio::test]
async fn a_tenant_that_is_named_by_nothing_twice_or_in_two_ways_is_invalid() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    app.sign_up("beta").await;
    let (acme, base, token) = (app.host("acme"), app.base(), app.sign_in("acme").await);
    let absolute = |host: &str| format!("http://{host}{ME}");
    for (what, ask) in [
        ("neither", app.ask("GET", ME)),
        ("an address alone", app.ask_bare("GET", ME).header("host", "127.0.0.1:3000")),
        ("no host", app.ask_bare("GET", ME)),
        ("no host, but a header", app.ask_bare("GET", ME).header("x-tenant", "acme")),
        ("HTTP/1.0 without host", app.ask_bare("GET", ME).http_1_0()),
        ("two hosts", app.ask_at("acme", "GET", ME).header("host", &acme)),
        ("two different hosts", app.ask_at("acme", "GET", ME).header("host", &app.host("beta"))),
        ("two headers", app.ask("GET", ME).headers(&[("x-tenant", "acme"), ("x-tenant", "acme")])),
        (
            "two headers beside the host",
            app.ask_at("acme", "GET", ME).headers(&[("x-tenant", "acme"), ("x-tenant", "acme")]),
        ),
        ("host and header that differ", app.ask_at("acme", "GET", ME).header("x-tenant", "beta")),
        ("a target that differs", app.ask_bare("GET", &absolute(&app.host("beta"))).header("host", &acme)),
        ("a target with a user", app.ask_bare("GET", &absolute(&format!("u@{acme}"))).header("host", &acme)),
        ("a header for a page", app.ask("GET", "/").headers(&[("x-tenant", "acme"), ("accept", "application/json")])),
        ("a header for /tenants", app.ask("POST", "/tenants").header("x-tenant", "acme")),
    ] {
        assert_eq!(verdict(&ask.bearer(&token).send().await), owned(INVALID), "{what}");
    }
    assert_eq!(app.ask_bare("GET", "/healthz").header("host", &base).send().await.status, 200);
}

#[tokio::test]
async fn a_tenant_is_reached_by_its_host_in_every_spelling_and_by_its_header_on_hosts_that_name_none() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (acme, token) = (app.host("acme"), app.sign_in("acme").await);
    for (what, ask) in [
        ("its host", app.ask_at("acme", "GET", ME)),
        ("capitals", app.ask_bare("GET", ME).header("host", &acme.to_uppercase())),
        ("no port", app.ask_bare("GET", ME).header("host", "acme.localhost")),
        ("another port", app.ask_bare("GET", ME).header("host", "acme.localhost:1")),
        ("an empty port", app.ask_bare("GET", ME).header("host", "acme.localhost:")),
        ("HTTP/1.0", app.ask_at("acme", "GET", ME).http_1_0()),
        ("an absolute target", app.ask_bare("GET", &format!("http://{acme}{ME}")).header("host", &acme)),
        ("host and header that agree", app.ask_at("acme", "GET", ME).header("x-tenant", "acme")),
        ("the base host", app.ask("GET", ME).header("x-tenant", "acme")),
        ("www", app.ask_at("www", "GET", ME).header("x-tenant", "acme")),
        ("an IPv4 host", app.ask_bare("GET", ME).headers(&[("host", "127.0.0.1:3000"), ("x-tenant", "acme")])),
        ("an IPv6 host", app.ask_bare("GET", ME).headers(&[("host", "[::1]:3000"), ("x-tenant", "acme")])),
        ("another name", app.ask_bare("GET", ME).headers(&[("host", "acme.other.example"), ("x-tenant", "acme")])),
    ] {
        let answer = ask.bearer(&token).send().await;
        assert_eq!((answer.status, &answer.json()["username"]), (200, &"root".into()), "{what}");
    }
}

#[tokio::test]
async fn an_unknown_tenant_does_not_exist_whatever_comes_along() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    for (method, path) in [
        ("GET", ME),
        ("GET", "/api/v1/nothing"),
        ("POST", "/api/v1/auth/sign-in"),
        ("POST", "/tenants"),
        ("DELETE", ME),
    ] {
        let by_host = app.ask_at("nobody", method, path);
        assert_eq!(verdict(&by_host.clone().send().await), owned(UNKNOWN), "{method} {path}");
        assert_eq!(verdict(&by_host.bearer(&token).send().await), owned(UNKNOWN), "{method} {path}");
        if path.starts_with("/api/v1") {
            let by_header = app.ask(method, path).header("x-tenant", "nobody").bearer(&token);
            assert_eq!(verdict(&by_header.send().await), owned(UNKNOWN), "{method} {path}");
        }
    }
    let page = app.ask_at("nobody", "GET", "/").header("accept", "text/html").send().await;
    assert_eq!((page.status, page.is_page()), (400, true));
    assert!(page.body.contains("Tenant does not exist"), "{}", page.body);
}

#[tokio::test]
async fn a_suspended_tenant_is_closed_to_everyone_until_it_is_resumed() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    assert_eq!(app.command(&["tenants", "suspend", "acme"]).await.status, 0);
    for ask in [
        app.ask_at("acme", "GET", ME),
        app.ask_at("acme", "GET", ME).bearer(&token),
        app.ask("GET", ME).header("x-tenant", "acme").bearer(&token),
        app.ask_at("acme", "POST", "/api/v1/auth/sign-in"),
    ] {
        assert_eq!(verdict(&ask.send().await), (403, "Tenant suspended".to_owned()));
    }
    assert_eq!(app.command(&["tenants", "resume", "acme"]).await.status, 0);
    assert_eq!(app.ask_at("acme", "GET", ME).bearer(&token).send().await.status, 200);
}
