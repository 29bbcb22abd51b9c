//! The words of the pages: each thing has one name. No page uses the words of a land register, which only the pictures show.

use crate::{
    people::add,
    support::{TestApp, http::Answer},
};

/// Words of earlier pages that users did not understand.
const GONE: [&str; 14] = [
    "register",
    "Extract",
    "Lot ",
    "Entry",
    "record",
    "Close access",
    "Disabled",
    "alone here",
    "not yours to open",
    "This one",
    "Sign-ins",
    "whoever",
    "by a way you trust",
    "hold from now on",
];

async fn page(app: &TestApp, path: &str, token: &str) -> Answer {
    app.ask_at("acme", "GET", path).header("accept", "text/html").cookie(token).send().await
}

/// Posts a form like a browser without JavaScript, and returns the text of the page to which the answer redirects.
async fn posted(app: &TestApp, path: &str, token: &str, form: &[(&str, &str)]) -> String {
    let answer = app.post_form(&app.host("acme"), path, form).cookie(token).send().await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let flash = answer.all("set-cookie").find(|cookie| cookie.starts_with("__Host-flash=")).map(str::to_owned);
    let flash = flash.unwrap_or_default();
    let cookies = format!("__Host-session={token}; {}", flash.split(';').next().unwrap_or_default());
    let next = answer.header("location").unwrap().to_owned();
    let next = app.ask_at("acme", "GET", &next).header("accept", "text/html").header("cookie", &cookies);
    text(&next.send().await.body)
}

/// Returns the text of a page's body without tags and attributes.
fn text(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let parts = body.split('<').filter_map(|part| part.split_once('>'));
    parts.map(|(_, text)| text).collect::<Vec<_>>().join("")
}

#[tokio::test]
async fn no_page_speaks_of_the_land_register() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let ada = add(&app, &owner, "ada", "member").await["user"]["id"].as_str().unwrap().to_owned();
    let hers = [format!("/members/{ada}"), format!("/members/{ada}/remove"), format!("/members/{ada}/reset-password")];
    let inside = [
        "/",
        "/members",
        "/members?q=nobody",
        "/members/new",
        "/activity",
        "/account",
        "/settings",
        "/settings/delete",
        "/settings/sign-everyone-out",
        "/no-such-page",
    ];
    let mut pages = Vec::new();
    for path in inside.into_iter().chain(hers.iter().map(String::as_str)) {
        pages.push((path.to_owned(), page(&app, path, &owner).await.body));
    }
    pages.push(("sign-in".to_owned(), app.ask_at("acme", "GET", "/sign-in").send().await.body));
    for path in ["/", "/sign-up", "/find", "/find?name=no-such", "/deleted", "/no-such-page"] {
        pages.push((format!("base {path}"), app.ask("GET", path).header("accept", "text/html").send().await.body));
    }
    for (path, html) in pages {
        let text = text(&html);
        assert!(text.contains("Freehold"), "{path}: {text}");
        for word in GONE {
            assert!(!text.contains(word), "{path} says “{word}”: {text}");
        }
    }
}

#[tokio::test]
async fn what_is_done_to_a_member_is_said_with_their_name() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let added = posted(&app, "/_fn/add-member", &owner, &[("username", "grace"), ("role", "member")]).await;
    assert!(added.contains("grace was added."), "{added}");
    let id = add(&app, &owner, "ada", "member").await["user"]["id"].as_str().unwrap().to_owned();
    let user = ("user", &*id);
    for (function, form, said) in [
        ("/_fn/set-access", vec![user, ("disabled", "true")], "ada is deactivated."),
        ("/_fn/set-access", vec![user, ("disabled", "false")], "ada is reactivated."),
        ("/_fn/sign-out-member", vec![user], "ada is signed out everywhere."),
        ("/_fn/reset-member-password", vec![user], "ada’s old password no longer works"),
        ("/_fn/remove-member", vec![user], "ada was removed."),
    ] {
        let text = posted(&app, function, &owner, &form).await;
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn a_question_opens_with_the_focus_on_cancel() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let id = add(&app, &owner, "ada", "member").await["user"]["id"].as_str().unwrap().to_owned();
    let hers = format!("/members/{id}");
    for (path, questions) in [(&*hers, 2), ("/settings", 2)] {
        let html = page(&app, path, &owner).await.body;
        let dialogs: Vec<_> =
            html.split("<dialog").skip(1).map(|rest| rest.split("</dialog>").next().unwrap()).collect();
        assert_eq!(dialogs.len(), questions, "{path}");
        for dialog in dialogs {
            focus_is_on_cancel(dialog);
        }
    }
    for path in [
        &*format!("{hers}/remove"),
        &format!("{hers}/reset-password"),
        "/settings/sign-everyone-out",
        "/settings/delete",
    ] {
        let html = page(&app, path, &owner).await.body;
        focus_is_on_cancel(html.split_once("<main").unwrap().1);
    }
}

fn focus_is_on_cancel(html: &str) {
    let focused: Vec<_> = html.split('<').filter(|tag| tag.contains(" autofocus")).collect();
    assert!(focused.len() == 1 && focused[0].ends_with(">Cancel"), "{focused:?}");
}
