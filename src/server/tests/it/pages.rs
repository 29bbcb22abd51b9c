//! Pages: what each host answers, how a refusal looks in a browser, and the files that pages need.

use app::paths::{self, Access, Page};
use serde_json::json;

use crate::{people::add_with_password, support::TestApp};

/// The committed table of pages, which the browser specs read.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end/pages.json");
/// If this environment variable is set, the test writes the file and compares nothing.
const UPDATE: &str = "UPDATE_PAGES";

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_page_without_a_session_is_the_sign_in_form_that_leads_back() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let asked = app.ask_at("acme", "GET", "/account?tab=one").header("accept", BROWSER).send().await;
    assert_eq!((asked.status, asked.is_page(), asked.header("www-authenticate")), (401, true, None));
    assert!(asked.body.contains("/_fn/sign-in") && asked.body.contains("/account?tab=one"), "{}", asked.body);
    let program = app.ask_at("acme", "GET", "/account").header("accept", "application/json").send().await;
    assert_eq!((program.problem().0, program.header("www-authenticate")), (401, Some("Bearer")));
    assert_eq!(app.ask_at("acme", "GET", "/sign-in").send().await.status, 200);
}

#[tokio::test]
async fn a_refusal_is_readable_to_a_person_and_json_to_a_program() {
    let app = TestApp::start().await;
    for (accept, is_page) in [
        (BROWSER, true),
        ("*/*", true),
        ("application/json", false),
        ("application/problem+json, application/json", false),
    ] {
        let answer = app.ask("GET", "/nothing").header("accept", accept).send().await;
        assert_eq!((answer.status, answer.is_page()), (404, is_page), "{accept}");
    }
    let api = app.ask("GET", "/api/nothing").header("accept", BROWSER).send().await;
    assert_eq!(api.problem().0, 404);
}

#[tokio::test]
async fn other_hosts_lead_to_the_base_url() {
    let app = TestApp::start().await;
    let base = format!("http://{}", app.base());
    for host in ["127.0.0.1:3000", "[::1]", "www.localhost", "other.example"] {
        for path in ["/", "/sign-up?a=b", "/nothing"] {
            let answer = app.ask_bare("GET", path).header("host", host).send().await;
            assert_eq!((answer.status, answer.header("location")), (307, Some(&*format!("{base}{path}"))), "{host}");
        }
        let whole = app.ask_bare("GET", "*").header("host", host).send().await;
        assert_eq!((whole.status, whole.header("location")), (307, Some(&*format!("{base}/"))), "{host}");
        let answer =
            app.ask_bare("POST", "/sign-up").header("host", host).header("accept", "application/json").send().await;
        assert_eq!(answer.problem().0, 405, "{host}");
        assert_eq!(app.ask_bare("POST", "/_fn/sign-up").header("host", host).send().await.problem().0, 404, "{host}");
    }
}

#[tokio::test]
async fn a_slash_at_the_end_is_led_away() {
    let app = TestApp::start().await;
    for (asked, there) in [
        ("/sign-up/", "/sign-up"),
        ("/sign-up//?a=b", "/sign-up?a=b"),
        ("//evil.example/", "/evil.example"),
        ("/\\evil.example/", "/evil.example"),
    ] {
        let answer = app.ask("GET", asked).send().await;
        assert_eq!((answer.status, answer.header("location")), (308, Some(there)), "{asked}");
    }
}

#[tokio::test]
async fn a_page_runs_its_own_scripts_only_and_sign_up_may_lead_to_a_tenant() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (home, again) = (app.ask("GET", "/").send().await, app.ask("GET", "/").send().await);
    let policy = |answer: &crate::support::http::Answer| answer.header("content-security-policy").unwrap().to_owned();
    let nonce = policy(&home).split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    assert!(nonce.len() >= 22 && !policy(&again).contains(&nonce));
    assert!(!home.body.contains("<script") || home.body.contains(&nonce));
    assert!(policy(&home).contains(&format!("form-action 'self' http://*.{}", app.base())), "{}", policy(&home));
    let workspace = app.ask_at("acme", "GET", "/sign-in").send().await;
    assert!(!policy(&workspace).contains("http://*"), "{}", policy(&workspace));
    assert!(!policy(&home).contains("unsafe-inline"));
}

#[tokio::test]
async fn every_host_answers_for_its_health_and_its_files() {
    let app = TestApp::start().await;
    let acme = app.host("nobody");
    for host in [&*app.base(), &acme, "127.0.0.1", "other.example"] {
        for (path, statuses) in [
            ("/healthz", [200, 200]),
            ("/readyz", [200, 200]),
            ("/robots.txt", [200, 404]),
            ("/favicon.ico", [200, 404]),
            ("/favicon.svg", [200, 404]),
            ("/apple-touch-icon.png", [200, 404]),
            ("/site.webmanifest", [200, 404]),
        ] {
            let answer = app.ask_bare("GET", path).header("host", host).send().await;
            assert!(statuses.contains(&answer.status), "{host} {path} {}", answer.status);
            assert_eq!(app.ask_bare("POST", path).header("host", host).send().await.status, 405, "{path}");
        }
    }
    let paths = ["/pkg/0/freehold.js", "/pkg/freehold.js", "/pkg/../Cargo.toml", "/pkg/0/%2e%2e/%2e%2e/Cargo.toml"];
    for path in paths.into_iter().chain(["/pkg", "/pkg/", "/pkg/x", "/pkg/%ff/x"]) {
        for host in [&*app.base(), &acme, "127.0.0.1"] {
            let ask = app.ask_bare("GET", path).header("host", host).header("accept", "application/json");
            assert_eq!(ask.send().await.problem().0, 404, "{host} {path}");
        }
    }
}

#[tokio::test]
async fn a_workspace_is_known_among_the_tabs_by_an_icon_of_its_own() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let icon = |html: &str| html.split("<link ").find(|link| link.contains("image/svg+xml")).unwrap().to_owned();
    let (home, acme) = (app.ask("GET", "/").send().await, app.ask_at("acme", "GET", "/sign-in").send().await);
    assert!(icon(&home.body).contains("href=\"/favicon.svg\""), "{}", icon(&home.body));
    assert!(icon(&acme.body).contains("href=\"data:image/svg+xml,"), "{}", icon(&acme.body));
    let refused = app.ask_at("acme", "GET", "/_fn/no-such").header("accept", "text/html").send().await;
    assert_eq!(icon(&acme.body), icon(&refused.body), "a workspace's problem page has it too");
}

#[tokio::test]
async fn the_files_of_a_page_are_kept_for_ever_and_small() {
    let app = TestApp::start().await;
    let home = app.ask("GET", "/").send().await;
    let style = home
        .body
        .split('"')
        .find(|text| text.starts_with("/pkg/") && text.ends_with("/freehold.css"))
        .unwrap()
        .to_owned();
    let plain = app.ask("GET", &style).send().await;
    if plain.status == 404 {
        return; // the binary has no site in it; `make test` builds the site first
    }
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let brotli = app.ask("GET", &style).header("accept-encoding", "gzip, br").send().await;
    assert_eq!(brotli.header("content-encoding"), Some("br"), "the site was built without -P");
    assert_ne!(plain.header("etag"), brotli.header("etag"));
    let tag = plain.header("etag").unwrap();
    let known = app.ask("GET", &style).header("if-none-match", tag).send().await;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
}

#[tokio::test]
async fn a_page_may_use_no_camera_or_payment_and_may_copy() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    for page in [app.ask("GET", "/").send().await, app.ask_at("acme", "GET", "/nothing").send().await] {
        let policy = page.header("permissions-policy").unwrap();
        for off in ["camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi", "display-capture"]
        {
            assert!(policy.split(", ").any(|part| part == format!("{off}=()")), "{off}: {policy}");
        }
        assert!(!policy.contains("clipboard-write"), "copy buttons need it: {policy}");
    }
}

#[tokio::test]
async fn a_password_manager_finds_the_page_that_changes_a_password() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let ask = |method| app.ask_at("acme", method, "/.well-known/change-password");
    for answer in [ask("GET").send().await, ask("HEAD").send().await, ask("GET").cookie(&token).send().await] {
        assert_eq!((answer.status, answer.header("location")), (303, Some("/account")));
    }
    let page = app.ask_at("acme", "GET", "/account").cookie(&token).send().await;
    assert!(page.status == 200 && page.body.contains("/_fn/change-password"), "{}", page.body);
    let other = app.ask_at("acme", "GET", "/.well-known/other").send().await;
    assert_eq!(other.status, 401, "a path that is not there does not look as if it were");
}

#[test]
fn the_committed_table_of_pages_is_current() {
    let table = format!("{:#}\n", json!({ "site": paths::SITE, "workspace": paths::WORKSPACE }));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(TABLE, table).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(TABLE).unwrap_or_default();
    let command = format!("{UPDATE}=1 cargo test --workspace --exclude wasm --test it committed_table");
    assert!(committed == table, "end2end/pages.json is not the table of app/src/paths.rs; run `{command}`");
}

#[tokio::test]
async fn the_table_says_which_pages_hold_islands_and_only_those_load_the_script() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let member = add_with_password(&app, &owner, "alan", "member").await;
    let check = |page: &Page, body: &str| {
        let found = (body.contains("<leptos-island"), body.contains("<script type=\"module\""));
        assert_eq!(found, (page.island, page.island), "{}: {body}", page.path);
    };
    for page in paths::SITE {
        check(page, &app.ask("GET", page.path).send().await.body);
    }
    for page in paths::WORKSPACE {
        let ask = app.ask_at("acme", "GET", &paths::about(page.path, &member.id));
        let ask = if page.access == Access::Open { ask } else { ask.cookie(&owner) };
        let answer = ask.send().await;
        assert_eq!(answer.status, 200, "{}", page.path);
        check(page, &answer.body);
    }
}
