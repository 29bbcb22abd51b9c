//! The content of pages: first steps for an owner, the names of people to ask for a member, display names instead of usernames,
//! copy buttons, and the request's id on an error page.

use serde_json::json;

use crate::{
    people::{add, add_with_password},
    support::{TestApp, http::Answer, tokens::claims},
};

async fn page(app: &TestApp, path: &str, token: &str) -> Answer {
    app.ask_at("acme", "GET", path).header("accept", "text/html").cookie(token).send().await
}

async fn post(app: &TestApp, path: &str, token: &str, form: &[(&str, &str)]) -> Answer {
    app.post_form(&app.host("acme"), path, form).cookie(token).send().await
}

async fn call(app: &TestApp, token: &str, id: &str, change: serde_json::Value) {
    let answer = app.ask_at("acme", "PATCH", &format!("/api/v1/users/{id}")).bearer(token).json(&change).send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_new_workspaces_owner_is_led_through_three_steps_until_all_are_done() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let steps = async || {
        let body = page(&app, "/", &owner).await.body;
        body.contains("First steps").then(|| body.matches(">Done<").count())
    };
    assert_eq!(steps().await, Some(0));
    let ada = add_with_password(&app, &owner, "ada", "admin").await;
    assert_eq!(steps().await, Some(1));
    assert!(!page(&app, "/", &ada.token).await.body.contains("First steps"), "they are an owner's");
    post(&app, "/_fn/rename-workspace", &owner, &[("displayName", "acme")]).await;
    assert_eq!(steps().await, Some(2), "a name that is kept as it is was chosen too");
    call(&app, &owner, &ada.id, json!({"role": "owner"})).await;
    assert_eq!(steps().await, None);
}

#[tokio::test]
async fn where_a_member_is_told_to_ask_somebody_their_names_stand_there() {
    let app = TestApp::start().await;
    let root = app.sign_up("acme").await["user"]["id"].as_str().unwrap().to_owned();
    let owner = app.sign_in("acme").await;
    call(&app, &owner, &root, json!({"displayName": "Rosa Root"})).await;
    let ada = add_with_password(&app, &owner, "ada", "admin").await;
    let gone = add_with_password(&app, &owner, "gone", "admin").await;
    call(&app, &owner, &ada.id, json!({"displayName": "Ada Lovelace"})).await;
    call(&app, &owner, &gone.id, json!({"displayName": "Gone Away", "disabled": true})).await;
    let member = add_with_password(&app, &owner, "grace", "member").await;
    for (path, status) in [("/", 200), ("/members", 403), ("/activity", 403), ("/settings", 403)] {
        let seen = page(&app, path, &member.token).await;
        assert_eq!(seen.status, status, "{path}");
        assert!(seen.body.contains("Rosa Root") && seen.body.contains("Ada Lovelace"), "{path}: {}", seen.body);
        assert!(!seen.body.contains("Gone Away"), "{path}: who cannot sign in cannot help");
    }
    for path in ["/settings", &format!("/members/{root}")] {
        let seen = page(&app, path, &ada.token).await.body;
        let main = seen.split_once("<main").unwrap().1;
        assert!(main.contains("Rosa Root") && !main.contains("Ada Lovelace"), "{path}: an admin asks an owner: {main}");
    }
    let outside = app.ask_at("acme", "GET", "/sign-in").header("accept", "text/html").send().await.body;
    assert!(outside.contains("Forgot your password?"), "{outside}");
    assert!(!outside.contains("Rosa") && !outside.contains("Ada"), "nobody is named to strangers");
}

#[tokio::test]
async fn the_activity_list_names_people_links_them_and_says_when() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let id = add(&app, &owner, "ada", "member").await["user"]["id"].as_str().unwrap().to_owned();
    call(&app, &owner, &id, json!({"displayName": "Ada Lovelace", "role": "admin"})).await;
    for path in ["/", "/activity"] {
        let body = page(&app, path, &owner).await.body;
        let list = body.split_once("<ul class=\"ledger\"").unwrap().1;
        assert!(list.contains(&format!("href=\"/members/{id}\" class=\"who\">Ada Lovelace</a>")), "{path}: {list}");
    }
    let activity = page(&app, "/activity", &owner).await.body;
    assert!(activity.contains("class=\"exact\"") && activity.contains(" UTC<"), "{activity}");
    assert!(page(&app, "/", &owner).await.body.contains("href=\"/activity\""), "it is in the navigation");
    // Another user gets the same username later. The earlier activity does not link to that user.
    let removed = app.ask_at("acme", "DELETE", &format!("/api/v1/users/{id}")).bearer(&owner).send().await;
    assert_eq!(removed.status, 204);
    app.clock.advance(1);
    let second = add(&app, &owner, "ada", "member").await["user"]["id"].as_str().unwrap().to_owned();
    let body = page(&app, "/activity", &owner).await.body;
    assert_eq!(body.matches(&format!("href=\"/members/{second}\"")).count(), 1, "{body}");
}

/// The rows are written without the backend, as in a database that an operator replaced by hand.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_with_an_impossible_time_or_name_is_shown_and_spoils_no_page() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    add(&app, &owner, "ada", "member").await;
    let tenant = claims(&owner)["tid"].as_str().unwrap().to_owned();
    let shown = app.command(&["tenants", "show", "acme", "--json"]).await.json();
    let name = format!("{}.db", shown["database"].as_str().unwrap());
    let file = app.data().join("tenants").join(&tenant[tenant.len() - 2..]).join(name);
    let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    for (at, actor) in [(i64::MAX, "root"), (i64::MIN, "root"), (253_402_300_800_000_000, "root"), (1, "<b>No One</b>")]
    {
        let sql = "INSERT INTO activity (at, actor, action, subject) VALUES (?1, ?2, 'user removed', 'bob')";
        database.execute(sql, libsql::params![at, actor]).await.unwrap();
    }
    let size = "INSERT INTO sizes (day, at, bytes) SELECT day - 1, 9223372036854775807, -1 FROM sizes";
    database.execute(size, ()).await.unwrap();
    for path in ["/", "/activity"] {
        let seen = page(&app, path, &owner).await;
        assert_eq!(seen.status, 200, "{path}");
        assert_eq!(seen.body.matches("Time unknown").count(), 3, "{path}: {}", seen.body);
        assert!(seen.body.contains("&lt;b&gt;No One&lt;/b&gt;"), "{path}: {}", seen.body);
        assert!(seen.body.contains(">ada<"), "{path}: the others are there");
    }
    let listed = app.command(&["tenants", "activity", "acme", "--json"]).await.json();
    assert_eq!((&listed[0]["actor"], &listed[1]["at"]), (&json!("<b>No One</b>"), &json!(null)));
    let listed = app.command(&["tenants", "activity", "acme"]).await;
    assert_eq!(listed.out.lines().filter(|line| line.starts_with("unknown")).count(), 3, "{listed:?}");
}

#[tokio::test]
async fn an_invitation_is_copied_as_a_whole() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let added = post(&app, "/_fn/add-member", &owner, &[("username", "ada"), ("role", "member")]).await;
    let body = page(&app, added.header("location").unwrap(), &owner).await.body;
    let password = body.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let invitation = body.split("data-copy=\"").nth(2).unwrap().split('"').next().unwrap();
    let ada = app.ask_at("acme", "GET", "/api/v1/users?q=ada").bearer(&owner).send().await.json();
    let until = ada["items"][0]["oneTimePasswordExpiresAt"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let until = until.strftime("Valid until: %-d %B %Y, %H:%M (UTC)").to_string();
    for part in [&*format!("http://{}", app.host("acme")), "Username: ada", &password, &until] {
        assert!(invitation.contains(part), "{part}: {invitation}");
    }
    for button in body.split("<button").skip(1).filter(|button| button.contains("data-copy")) {
        assert!(button.split('>').next().unwrap().contains(" hidden"), "without JavaScript there is none: {button}");
    }
}

#[tokio::test]
async fn a_page_that_shows_an_error_says_the_requests_id() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let member = add_with_password(&app, &owner, "grace", "member").await.token;
    for (path, token, status, title) in [
        ("/no-such-page", &owner, 404, "<title>Page not found · acme</title>"),
        ("/members/nobody", &owner, 404, "There is no such member."),
        ("/settings", &member, 403, "You don’t have access to this page"),
    ] {
        let refused = page(&app, path, token).await;
        assert_eq!(refused.status, status, "{path}");
        let id = refused.header("x-request-id").unwrap();
        assert!(
            refused.body.contains(&format!("<code>{id}</code>")) && refused.body.contains(title),
            "{}",
            refused.body
        );
    }
}

#[tokio::test]
async fn becoming_an_owner_is_asked_about_and_nothing_else_is_lost() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let id = add(&app, &owner, "ada", "member").await["user"]["id"].as_str().unwrap().to_owned();
    let user = || app.ask_at("acme", "GET", &format!("/api/v1/users/{id}")).bearer(&owner);
    let form = [("user", &*id), ("displayName", "Ada"), ("email", ""), ("role", "owner"), ("roleWas", "member")];
    let saved = post(&app, "/_fn/change-member", &owner, &form).await;
    let question = format!("/members/{id}/make-owner");
    assert_eq!((saved.status, saved.header("location")), (303, Some(&*question)));
    let now = user().send().await.json();
    assert_eq!((&now["displayName"], &now["role"]), (&json!("Ada"), &json!("member")), "not yet");
    let asked = page(&app, &question, &owner).await.body;
    assert!(asked.contains("Make Ada an owner?") && asked.contains("/_fn/make-owner"), "{asked}");
    post(&app, "/_fn/make-owner", &owner, &[("user", &id)]).await;
    assert_eq!(user().send().await.json()["role"], "owner");

    let added = post(&app, "/_fn/add-member", &owner, &[("username", "grace"), ("role", "owner")]).await;
    let question = added.header("location").unwrap().to_owned();
    let hers = question.strip_suffix("/make-owner").unwrap();
    let before = app.ask_at("acme", "GET", &format!("/api/v1/users/{}", &hers["/members/".len()..])).bearer(&owner);
    assert_eq!(before.send().await.json()["role"], "member", "until the question is answered");
    assert_eq!(page(&app, &question, &owner).await.status, 200);
    assert!(page(&app, hers, &owner).await.body.contains("class=\"secret\""), "their one-time password is still shown");
}

#[tokio::test]
async fn the_list_of_members_says_where_one_is_and_leads_back() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    for number in 0..60 {
        add(&app, &owner, &format!("user-{number:02}"), "member").await;
    }
    let first = page(&app, "/members", &owner).await.body;
    assert!(first.contains("1–50 of ") && !first.contains("Previous page"), "{first}");
    let next = first.split("href=\"/members?cursor=").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let second = page(&app, &format!("/members?cursor={next}"), &owner).await.body;
    assert!(second.contains("51–61 of ") && second.contains("rel=\"prev\""), "{second}");
    let heads: Vec<_> =
        second.split("<th scope=\"col\">").skip(1).map(|head| head.split('<').next().unwrap()).collect();
    assert_eq!(heads, ["Username", "Name", "Email", "Role", "Status", "Last sign-in"], "sorted by what comes first");
    let made_up = page(&app, "/members?page=7", &owner).await.body;
    assert!(!made_up.contains("–50 of ") && made_up.contains("61 members"), "{made_up}");
}

#[tokio::test]
async fn a_name_that_cannot_be_suggests_one_that_can() {
    let app = TestApp::start().await;
    let form = [("tenant", "Acme Corp"), ("username", "ada"), ("password", "correct horse battery")];
    let json = |method, path| {
        app.ask(method, path).header("accept", "application/json").header("sec-fetch-site", "same-origin")
    };
    let refused = json("POST", "/_fn/sign-up").form(&form).send().await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("Try acme-corp."), "{}", refused.body);
    let checked = json("GET", "/_fn/check-name?name=Acme%20Corp").send().await;
    assert!(checked.body.contains("Try acme-corp."), "{}", checked.body);
}
