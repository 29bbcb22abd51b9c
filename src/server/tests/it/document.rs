//! The OpenAPI description: the committed file equals the served one, every host serves it, and the reference page shows every
//! operation.

use serde_json::Value;

use crate::support::TestApp;

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end/client/openapi.json");
/// If this environment variable is set, the test writes the file and compares nothing.
const UPDATE: &str = "UPDATE_OPENAPI";
const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

async fn served(app: &TestApp) -> Value {
    app.ask("GET", "/api/openapi.json").send().await.json()
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = document["paths"].as_object().unwrap().iter();
    items.flat_map(|(path, item)| {
        let all = item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters");
        all.map(move |(_, operation)| (path.as_str(), operation))
    })
}

#[tokio::test]
async fn the_committed_description_is_the_one_that_is_served() {
    let served = format!("{:#}\n", served(&TestApp::start().await).await);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(SNAPSHOT, served).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
    let (at, (was, is)) = committed
        .lines()
        .chain([""])
        .zip(served.lines().chain([""]))
        .enumerate()
        .find(|(_, (a, b))| a != b)
        .unwrap_or_default();
    assert!(
        committed == served,
        "end2end/client/openapi.json is not what the server serves; line {} says\n{was}\nand should say\n{is}\n\
         If the API is meant to change, run `{UPDATE}=1 cargo test --release -p server committed_description`, and \
         `npm run client` after it.",
        at + 1
    );
}

#[tokio::test]
async fn every_operation_is_described_as_a_reader_and_a_generator_want_it() {
    let document = served(&TestApp::start().await).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = Vec::new();
    for (path, operation) in operations(&document) {
        let text = |name: &str| operation[name].as_str().unwrap_or_else(|| panic!("{path} has no {name}"));
        assert!(!text("summary").is_empty() && !text("summary").ends_with('.'), "{path}");
        assert!(document["tags"].as_array().unwrap().iter().any(|tag| tag["name"] == operation["tags"][0]), "{path}");
        ids.push(text("operationId").to_owned());
        let is_open = path.ends_with("tenants") || path.ends_with("sign-in");
        assert_eq!(operation["security"].is_array(), is_open, "{path}");
        assert_eq!(document["paths"][path]["parameters"].is_array(), !path.ends_with("tenants"), "{path}");
        for status in ["500", "503"] {
            assert!(operation["responses"][status]["$ref"].is_string(), "{path} {status}");
        }
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an operationId comes twice");
}

#[tokio::test]
async fn every_reference_of_the_description_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = served(&TestApp::start().await).await;
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn every_host_answers_with_the_description_and_its_page() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let all = served(&app).await;
    let (acme, nobody) = (app.host("acme"), app.host("nobody"));
    for host in [&*app.base(), &acme, &nobody, "not--a--name.localhost", "a.b.localhost", "127.0.0.1", "other.example"]
    {
        let at = |method, path| app.ask_bare(method, path).header("host", host).header("x-tenant", "no such tenant");
        let json = at("GET", "/api/openapi.json").send().await;
        assert_eq!((json.status, json.header("content-type")), (200, Some("application/json")), "{host}");
        assert_eq!((json.json(), json.header("cache-control")), (all.clone(), Some("no-store")), "{host}");
        let page = at("GET", "/api/docs").header("accept", BROWSER).send().await;
        assert_eq!((page.status, page.is_page()), (200, true), "{host}");
        let scripts: Vec<_> = page.body.split("<script").skip(1).collect();
        assert!(matches!(scripts[..], [one] if one.starts_with(" src=\"/copy.js\"")), "{host}: {scripts:?}");
        assert!(!page.body.contains("style=") && !page.body.contains(".wasm"), "{host}");
        assert!(page.header("content-security-policy").unwrap().contains("default-src 'self'"), "{host}");
        for path in ["/api/openapi.json", "/api/docs"] {
            assert_eq!(at("POST", path).send().await.problem().0, 405, "{host}");
        }
    }
}

#[tokio::test]
async fn the_page_tells_every_operation_and_where_it_is_asked() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let document = served(&app).await;
    let [base, acme] = [app.ask("GET", "/api/docs"), app.ask_at("acme", "GET", "/api/docs")];
    let [base, acme] = [base.send().await.body, acme.send().await.body];
    for (path, operation) in operations(&document).filter(|(path, _)| *path != "/tenants") {
        let id = operation["operationId"].as_str().unwrap();
        for page in [&base, &acme] {
            assert!(page.contains(&format!("id=\"{id}\"")) && page.contains(&format!("href=\"#{id}\"")), "{id}");
            assert!(page.contains(path), "{path}");
        }
    }
    for (page, url) in
        [(&base, format!("http://{}", app.host("acme"))), (&acme, format!("http://{}", app.host("acme")))]
    {
        assert!(page.contains(&format!("curl {url}/api/v1/users/me")), "{url}");
        assert!(page.contains(&format!("curl http://{}/api/v1/tenants", app.base())), "{url}");
    }
    assert!(acme.contains("data-hue=") && !base.contains("data-hue="));
    // Every link inside the page has a target.
    for place in base.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(base.contains(&format!("id=\"{place}\"")), "{place}");
    }
}

#[tokio::test]
async fn the_page_says_what_the_api_does_in_the_fields_words() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let docs = || app.ask_at("acme", "GET", "/api/docs").header("accept", BROWSER);
    let (page, inside) = (docs().send().await.body, docs().cookie(&token).send().await.body);
    let owner_of_sign_up = page.split("id=\"signUp\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(owner_of_sign_up.contains("\"role\": \"owner\""), "{owner_of_sign_up}");
    assert!(owner_of_sign_up.contains(&format!("\"url\": \"http://{}\"", app.host("acme"))), "{owner_of_sign_up}");
    let request = page.split("id=\"addUser\"").nth(1).unwrap().split("<pre>").nth(1).unwrap();
    assert!(!request.split("</pre>").next().unwrap().contains("password"), "the response has a one-time password");
    for gone in [
        "Refuses with",
        "Kind<",
        "Meaning<",
        "secret text",
        "Who one is",
        "Oneself",
        "freehold.example",
        "shorter path",
    ] {
        assert!(!page.contains(gone), "{gone}");
    }
    // A signed-in user sees the same navigation here as on every other page.
    assert!(!page.contains("href=\"/members\"") && inside.contains("href=\"/members\""), "{inside}");
    assert!(page.contains("<title>API reference · acme</title>") && page.contains("data-copy"), "{page}");
    assert!(app.ask("GET", "/").send().await.body.contains("href=\"/api/docs\""), "the first page leads there");
}

#[tokio::test]
async fn the_page_of_the_api_is_the_same_again_until_something_in_it_changes() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let page = |encoding: &str| {
        let ask = app.ask_at("acme", "GET", "/api/docs").header("accept", BROWSER);
        ask.header("accept-encoding", encoding)
    };
    for (accepted, sent) in [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("identity", None)] {
        let (first, again) = (page(accepted).send().await, page(accepted).send().await);
        assert_eq!(first.header("content-encoding"), sent, "{accepted}");
        let policy = again.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self';") && !policy.contains("nonce"), "its script runs: {policy}");
        assert!(first.status == 200 && first.bytes == again.bytes && first.is_page() && again.is_page());
        assert_eq!(again.header("content-encoding"), sent, "{accepted}");
        assert!(again.header("content-security-policy").is_some());
    }
    let signed_in = page("identity").cookie(&token).send().await;
    let stranger = page("identity").send().await;
    assert!(signed_in.body.contains("root") && signed_in.body != stranger.body, "each sees their own page");
    app.command(&["tenants", "rename", "acme", "Another name"]).await;
    assert!(page("identity").send().await.body.contains("Another name"));
    assert!(!app.ask("GET", "/api/docs").send().await.body.contains("Another name"));
}
