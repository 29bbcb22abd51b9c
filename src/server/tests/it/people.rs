//! Managing users over HTTP: which role may change whom, one-time passwords, and lists.

use serde_json::{Value, json};

use crate::support::{
    PASSWORD, TestApp,
    http::{Answer, Ask},
    tokens::claims,
};

/// The id of no user.
pub(crate) const UNKNOWN: &str = "0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
const USERS: &str = "/api/v1/users";

/// A user's id and API token.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// Adds a user to acme with a one-time password, and returns the answer.
pub(crate) async fn add(app: &TestApp, token: &str, username: &str, role: &str) -> Value {
    let form = json!({"username": username, "role": role});
    let answer = app.ask_at("acme", "POST", USERS).bearer(token).json(&form).send().await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let path = format!("{USERS}/{}", answer.json()["user"]["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(&*path));
    answer.json()
}

/// Adds a user to acme with a password, and signs them in.
pub(crate) async fn add_with_password(app: &TestApp, token: &str, username: &str, role: &str) -> Person {
    let form = json!({"username": username, "role": role, "password": PASSWORD});
    let answer = app.ask_at("acme", "POST", USERS).bearer(token).json(&form).send().await;
    assert_eq!((answer.status, &answer.json()["oneTimePassword"]), (201, &Value::Null), "{}", answer.body);
    let id = answer.json()["user"]["id"].as_str().unwrap().to_owned();
    Person { id, token: app.sign_in_as("acme", username, PASSWORD).await }
}

/// Signs up acme and returns its owner, an admin and a member.
async fn three(app: &TestApp) -> [Person; 3] {
    let id = app.sign_up("acme").await["user"]["id"].as_str().unwrap().to_owned();
    let owner = Person { id, token: app.sign_in("acme").await };
    let admin = add_with_password(app, &owner.token, "ada", "admin").await;
    let member = add_with_password(app, &owner.token, "grace", "member").await;
    [owner, admin, member]
}

impl Person {
    fn ask(&self, app: &TestApp, method: &str, path: &str) -> Ask {
        app.ask_at("acme", method, path).bearer(&self.token)
    }

    async fn change(&self, app: &TestApp, id: &str, change: Value) -> Answer {
        self.ask(app, "PATCH", &format!("{USERS}/{id}")).json(&change).send().await
    }
}

/// Checks that the answer is 403 with a `detail` that is a sentence.
fn refused(answer: &Answer) {
    assert_eq!(answer.problem(), (403, "Access denied".to_owned(), "access_denied".to_owned()), "{}", answer.body);
    assert!(answer.json()["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{}", answer.body);
}

#[tokio::test]
async fn a_member_manages_nobody_and_is_told_whom_to_ask() {
    let app = TestApp::start().await;
    let [owner, _, member] = three(&app).await;
    let other = format!("{USERS}/{}", owner.id);
    let form = json!({"username": "eve"});
    for ask in [
        member.ask(&app, "GET", USERS),
        member.ask(&app, "POST", USERS).json(&form),
        member.ask(&app, "GET", &other),
        member.ask(&app, "PATCH", &other).json(&json!({"displayName": "Root"})),
        member.ask(&app, "DELETE", &other),
        member.ask(&app, "POST", &format!("{other}/password-reset")),
    ] {
        refused(&ask.send().await);
    }
    refused(&member.change(&app, &member.id, json!({"role": "owner"})).await);
    let changed =
        member.change(&app, &member.id, json!({"displayName": "Grace Hopper", "email": "g@example.com"})).await;
    assert_eq!((changed.status, &changed.json()["displayName"]), (200, &"Grace Hopper".into()), "{}", changed.body);
}

#[tokio::test]
async fn admins_manage_members_and_owners_everyone() {
    let app = TestApp::start().await;
    let [owner, admin, member] = three(&app).await;
    for id in [&owner.id, &admin.id] {
        refused(&admin.change(&app, id, json!({"disabled": true})).await);
        refused(&admin.ask(&app, "DELETE", &format!("{USERS}/{id}")).send().await);
        refused(&admin.ask(&app, "POST", &format!("{USERS}/{id}/password-reset")).send().await);
    }
    refused(&admin.ask(&app, "POST", USERS).json(&json!({"username": "eve", "role": "owner"})).send().await);
    refused(&admin.change(&app, &member.id, json!({"role": "owner"})).await);
    let disabled = admin.change(&app, &member.id, json!({"disabled": true})).await;
    assert_eq!((disabled.status, &disabled.json()["disabled"]), (200, &true.into()));
    assert_eq!(member.ask(&app, "GET", "/api/v1/users/me").send().await.problem().0, 401);
    let raised = owner.change(&app, &admin.id, json!({"role": "owner"})).await;
    assert_eq!((raised.status, &raised.json()["role"]), (200, &"owner".into()));
    let gone = owner.ask(&app, "DELETE", &format!("{USERS}/{}", member.id)).send().await;
    assert_eq!((gone.status, &*gone.body), (204, ""));
    assert_eq!(owner.ask(&app, "GET", &format!("{USERS}/{}", member.id)).send().await.problem().0, 404);
}

#[tokio::test]
async fn the_last_owner_stays() {
    let app = TestApp::start().await;
    let [owner, admin, _] = three(&app).await;
    let refused = owner.change(&app, &owner.id, json!({"role": "admin"})).await;
    assert_eq!(refused.problem(), (409, "Last owner".to_owned(), "last_owner".to_owned()));
    assert_eq!(owner.change(&app, &admin.id, json!({"role": "owner"})).await.status, 200);
    assert_eq!(owner.change(&app, &owner.id, json!({"role": "admin"})).await.status, 200);
}

#[tokio::test]
async fn an_id_that_nobody_has_and_one_that_is_none_are_not_found() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    for id in [UNKNOWN, "7", "%ff", "me2", &UNKNOWN.to_uppercase(), &UNKNOWN.replace("7e3f", "4e3f")] {
        for (method, path) in [
            ("GET", format!("{USERS}/{id}")),
            ("PATCH", format!("{USERS}/{id}")),
            ("DELETE", format!("{USERS}/{id}")),
            ("POST", format!("{USERS}/{id}/password-reset")),
            ("GET", format!("/api/v1/sessions/{id}")),
            ("DELETE", format!("/api/v1/sessions/{id}")),
        ] {
            let ask = app.ask_at("acme", method, &path).bearer(&owner).json(&json!({}));
            assert_eq!(ask.send().await.problem(), (404, "Not found".into(), "not_found".into()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_field_by_field() {
    let app = TestApp::start().await;
    let [owner, _, member] = three(&app).await;
    for unknown in [json!({"username": "new"}), json!({"displayname": "New"})] {
        assert_eq!(owner.change(&app, &member.id, unknown).await.problem().0, 422);
    }
    let wrong = json!({"username": "a b", "email": "x", "role": "root", "password": "short"});
    let answer = owner.ask(&app, "POST", USERS).json(&wrong).send().await;
    assert_eq!(fields(&answer), ["email", "password", "role", "username"]);
    let taken = owner.ask(&app, "POST", USERS).json(&json!({"username": "Grace"})).send().await;
    assert_eq!((taken.problem().0, &*taken.problem().2), (409, "taken"));
    assert!(taken.json()["fields"]["username"].is_string());
    for (query, wrong) in [
        ("?limit=101&role=root&status=lost", vec!["limit", "role", "status"]),
        ("?limit=0", vec!["limit"]),
        ("?page=2&q=a&q=b", vec!["page", "q"]),
        ("?cursor=AAAA", vec!["cursor"]),
    ] {
        assert_eq!(fields(&owner.ask(&app, "GET", &format!("{USERS}{query}")).send().await), wrong, "{query}");
    }
    let sessions = owner.ask(&app, "GET", "/api/v1/sessions?limit=x&q=a").send().await;
    assert_eq!(fields(&sessions), ["q"]);
}

#[tokio::test]
async fn an_empty_cursor_and_a_limit_that_is_more_than_digits_are_refused() {
    let app = TestApp::start().await;
    let [owner, ..] = three(&app).await;
    for list in [USERS, "/api/v1/sessions"] {
        for (query, wrong) in [
            ("cursor=", "cursor"),
            ("limit=", "limit"),
            ("limit=%2010", "limit"),
            ("limit=10+", "limit"),
            ("limit=%2B10", "limit"),
        ] {
            assert_eq!(
                fields(&owner.ask(&app, "GET", &format!("{list}?{query}")).send().await),
                [wrong],
                "{list} {query}"
            );
        }
        assert_eq!(owner.ask(&app, "GET", &format!("{list}?limit=10")).send().await.status, 200);
    }
}

/// Returns the names of the wrong fields of a 422.
fn fields(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.problem().0, 422, "{}", answer.body);
    answer.json()["fields"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn a_one_time_password_opens_nothing_but_the_choice_of_ones_own() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let admitted = add(&app, &owner, "grace", "admin").await;
    assert_eq!(
        (&admitted["user"]["passwordChangeRequired"], &admitted["user"]["role"]),
        (&true.into(), &"admin".into())
    );
    let first = admitted["oneTimePassword"].as_str().unwrap();
    let token = app.sign_in_as("acme", "grace", first).await;
    for path in [USERS, "/api/v1/users/me", "/api/v1/sessions"] {
        let refused = app.ask_at("acme", "GET", path).bearer(&token).send().await;
        assert_eq!(refused.problem(), (403, "Password change required".into(), "password_change_required".into()));
    }
    let choose = |token: &str, current: &str, new: &str| {
        let form = json!({"currentPassword": current, "newPassword": new});
        app.ask_at("acme", "PUT", "/api/v1/users/me/password").bearer(token).json(&form).send()
    };
    assert_eq!(fields(&choose(&token, first, first).await), ["newPassword"], "not the one-time one again");
    assert_eq!(fields(&choose(&token, first, "grace 2026!").await), ["newPassword"], "not the username");
    let chosen = choose(&token, "", "a better password").await;
    assert_eq!((chosen.status, &chosen.json()["user"]["passwordChangeRequired"]), (200, &false.into()));
    let grace = Person {
        id: chosen.json()["user"]["id"].as_str().unwrap().to_owned(),
        token: chosen.json()["token"].as_str().unwrap().to_owned(),
    };
    assert_eq!(grace.ask(&app, "GET", USERS).send().await.status, 200);
    let reset = app.ask_at("acme", "POST", &format!("{USERS}/{}/password-reset", grace.id)).bearer(&owner).send().await;
    assert_eq!(reset.status, 200, "{}", reset.body);
    assert_eq!(grace.ask(&app, "GET", "/api/v1/users/me").send().await.problem().0, 401, "all sessions ended");
    let second = reset.json()["oneTimePassword"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    app.sign_in_as("acme", "grace", &second).await;
}

/// Adds users with the password hash `'x'`. They cannot sign in, and no time is spent on hashing.
async fn populate(app: &TestApp, token: &str, count: usize) {
    let tenant = claims(token)["tid"].as_str().unwrap().to_owned();
    let folder = app.data().join("tenants").join(&tenant[tenant.len() - 2..]);
    let is_database = |path: &std::path::PathBuf| path.extension() == Some("db".as_ref());
    let file = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).find(is_database).unwrap();
    let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let transaction = database.transaction().await.unwrap();
    for number in 0..count {
        let (id, name) = (format!("0190b8a0-1c2d-7e3f-8a4b-{number:012}"), format!("user-{number:03}"));
        let insert = "INSERT INTO users (id, username, search, role, password_hash, created_at)
             VALUES (?1, ?2, ?2, 'member', 'x', 0)";
        transaction.execute(insert, [id, name]).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_list_of_250_shows_everyone_once_page_by_page() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    populate(&app, &token, 250).await;
    let page = async |query: &str| {
        let answer = app.ask_at("acme", "GET", &format!("{USERS}{query}")).bearer(&token).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    };
    let (mut names, mut sizes, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let page = page(&format!("?limit=100{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        names.extend(items.iter().map(|user| user["username"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(sizes, [100, 100, 51]);
    let expected = std::iter::once("root".to_owned()).chain((0..250).map(|number| format!("user-{number:03}")));
    assert_eq!(names, expected.collect::<Vec<_>>());
    let found = page("?q=USER-24&role=member&status=idle").await;
    assert_eq!((found["items"].as_array().unwrap().len(), &found["next"]), (10, &Value::Null));
    assert_eq!(page("").await["items"].as_array().unwrap().len(), 50);
    let elsewhere = app.ask_at("acme", "GET", &format!("{USERS}?q=user{cursor}")).bearer(&token).send().await;
    assert_eq!(fields(&elsewhere), ["cursor"], "a cursor of another query");
}
