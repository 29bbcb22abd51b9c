//! Passwords over HTTP and from the command line: which new passwords are refused, which spellings are accepted at a sign-in,
//! and when a one-time password expires. Also signing in with the email address.

use serde_json::{Value, json};

use crate::support::{
    PASSWORD, TestApp,
    http::{Answer, Ask},
};

const USERS: &str = "/api/v1/users";
const MINE: &str = "/api/v1/users/me/password";

fn sign_in(app: &TestApp, username: &str, password: &str) -> Ask {
    let form = json!({"username": username, "password": password});
    app.ask_at("acme", "POST", "/api/v1/auth/sign-in").json(&form)
}

/// Returns the message of a 422 for this field; empty if the field has none.
fn beside(answer: &Answer, field: &str) -> String {
    assert_eq!(answer.problem().0, 422, "{}", answer.body);
    answer.json()["fields"][field].as_str().unwrap_or_default().to_owned()
}

async fn add(app: &TestApp, owner: &str, form: Value) -> Answer {
    app.ask_at("acme", "POST", USERS).bearer(owner).json(&form).send().await
}

#[tokio::test]
async fn passwords_that_are_tried_first_are_refused_wherever_one_is_chosen() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    for (bad, why) in [
        ("1234567890", "too common"),
        ("Password123!", "too common"),
        ("aaaaaaaaaa", "does not repeat"),
        ("          ", "does not repeat"),
        ("lovelace10", "not your username"),
        ("lovelace@example.com", "not your username"),
    ] {
        let form = json!({"tenant": "other", "username": "lovelace", "email": "lovelace@example.com", "password": bad});
        let sign_up = app.ask("POST", "/tenants").json(&form).send().await;
        assert!(beside(&sign_up, "password").contains(why), "{bad}: {}", sign_up.body);
        let form = json!({"username": "lovelace", "email": "lovelace@example.com", "password": bad});
        let added = add(&app, &owner, form).await;
        assert!(beside(&added, "password").contains(why), "{bad}: {}", added.body);
    }
    for bad in ["1234567890", "aaaaaaaaaa", "acme-2026!", "root123456"] {
        let form = json!({"currentPassword": PASSWORD, "newPassword": bad});
        let changed = app.ask_at("acme", "PUT", MINE).bearer(&owner).json(&form).send().await;
        assert!(!beside(&changed, "newPassword").is_empty(), "{bad}: {}", changed.body);
    }
    let created =
        app.command_with(&["tenants", "create", "new", "--username", "x", "--password-stdin"], "1234567890").await;
    assert!(created.status == 1, "{created:?}");
    let added = app.command_with(&["users", "add", "acme", "ada", "--password-stdin"], "1234567890").await;
    assert!(added.status == 1, "{added:?}");
}

#[tokio::test]
async fn a_password_is_the_same_on_every_keyboard() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let (composed, parted) = ("p\u{e4}ssw\u{f6}rd-\u{e9}lan-1", "pa\u{308}sswo\u{308}rd-e\u{301}lan-1");
    for (name, set) in [("ada", composed), ("bob", parted)] {
        let added = add(&app, &owner, json!({"username": name, "password": set})).await;
        assert_eq!(added.status, 201, "{}", added.body);
        for typed in [composed, parted] {
            assert_eq!(sign_in(&app, name, typed).send().await.status, 200, "{name} {typed}");
        }
    }
}

#[tokio::test]
async fn a_one_time_password_may_be_typed_as_people_type_it() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let word =
        add(&app, &owner, json!({"username": "ada"})).await.json()["oneTimePassword"].as_str().unwrap().to_owned();
    let spellings = [word.clone(), word.replace('-', ""), format!(" {} ", word.to_uppercase()), word.replace('-', " ")];
    for typed in spellings {
        assert_eq!(sign_in(&app, "ada", &typed).send().await.status, 200, "{typed}");
    }
    assert_eq!(sign_in(&app, "ada", &word[1..]).send().await.status, 401);
    assert_eq!(sign_in(&app, "root", &PASSWORD.to_uppercase()).send().await.status, 401, "a password of one's own");
}

#[tokio::test]
async fn a_one_time_password_expires_after_seven_days() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let added = add(&app, &owner, json!({"username": "ada"})).await.json();
    let (user, word) = (&added["user"], added["oneTimePassword"].as_str().unwrap());
    let [created, expires] = ["createdAt", "oneTimePasswordExpiresAt"]
        .map(|at| user[at].as_str().unwrap().parse::<jiff::Timestamp>().unwrap());
    assert_eq!(expires.duration_since(created), jiff::SignedDuration::from_hours(7 * 24));
    app.clock.advance(7 * 24 * 3600 - 60);
    assert_eq!(sign_in(&app, "ada", word).send().await.status, 200);
    app.clock.advance(120);
    let (late, wrong) = (sign_in(&app, "ada", word).send().await, sign_in(&app, "ada", "wrong wrong").send().await);
    assert_eq!((late.problem(), &late.body), (wrong.problem(), &wrong.body), "nobody learns that it was right");
    let owner = app.sign_in("acme").await;
    for (status, count) in [("expired", 1), ("one-time-password", 0), ("active", 1)] {
        let list = app.ask_at("acme", "GET", &format!("{USERS}?status={status}")).bearer(&owner).send().await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{status}");
    }
    let reset = format!("{USERS}/{}/password-reset", user["id"].as_str().unwrap());
    let reset = app.ask_at("acme", "POST", &reset).bearer(&owner).send().await.json();
    let fresh = sign_in(&app, "ada", reset["oneTimePassword"].as_str().unwrap()).send().await;
    assert_eq!(fresh.status, 200, "{}", fresh.body);
}

#[tokio::test]
async fn a_session_ends_with_the_one_time_password_that_it_began_with() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let added = add(&app, &owner, json!({"username": "ada"})).await.json();
    app.clock.advance(7 * 24 * 3600 - 60);
    let word = added["oneTimePassword"].as_str().unwrap();
    let ada = app.sign_in_as("acme", "ada", word).await;
    let ask = |method: &str, path: &str| app.ask_at("acme", method, path);
    let account = async || ask("GET", "/account").header("accept", "text/html").cookie(&ada).send().await;
    assert_eq!(account().await.status, 200);
    app.clock.advance(120);
    let form = json!({"newPassword": "my very own word"});
    let late = [
        ask("PUT", MINE).bearer(&ada).json(&form).send().await,
        ask("GET", "/api/v1/users/me").bearer(&ada).send().await,
        account().await,
    ];
    assert_eq!(late.each_ref().map(|answer| answer.status), [401; 3], "{late:?}");
    let reset = format!("{USERS}/{}/password-reset", added["user"]["id"].as_str().unwrap());
    let owner = app.sign_in("acme").await;
    assert_eq!(app.ask_at("acme", "POST", &reset).bearer(&owner).send().await.status, 200);
    assert_eq!(account().await.status, 401, "a new one-time password does not bring it back");
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_invitations_are_counted_apart() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    add(&app, &owner, json!({"username": "ada"})).await;
    app.clock.advance(7 * 24 * 3600 + 60);
    let owner = app.sign_in("acme").await;
    for name in ["bob", "cyd"] {
        add(&app, &owner, json!({"username": name})).await;
    }
    let people = app.command(&["tenants", "overview", "acme", "--json"]).await.out;
    let people = serde_json::from_str::<Value>(&people).unwrap()["people"].clone();
    assert_eq!((&people["oneTimePassword"], &people["expired"], &people["members"]), (&json!(2), &json!(1), &json!(3)));
    let shown = app.command(&["tenants", "show", "acme"]).await;
    assert_eq!(shown.after("one-time passwords"), "2 not replaced, 1 expired");
    let page = app.ask_at("acme", "GET", "/").cookie(&owner).header("accept", "text/html").send().await;
    for told in ["2 members are invited", "1 invitation has expired", "/members?status=expired"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
}

#[tokio::test]
async fn whoever_is_disabled_learns_it_with_the_right_password_alone() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let added = add(&app, &owner, json!({"username": "ada", "password": PASSWORD})).await;
    let path = format!("{USERS}/{}", added.json()["user"]["id"].as_str().unwrap());
    let disabled = app.ask_at("acme", "PATCH", &path).bearer(&owner).json(&json!({"disabled": true})).send().await;
    assert_eq!(disabled.status, 200);
    let (right, wrong) =
        (sign_in(&app, "ada", PASSWORD).send().await, sign_in(&app, "ada", "wrong wrong").send().await);
    let unknown = sign_in(&app, "nobody", PASSWORD).send().await;
    assert_eq!((right.problem(), wrong.problem()), (unknown.problem(), unknown.problem()), "one status and title");
    assert_eq!(wrong.body, unknown.body);
    assert!(right.body.contains("Your account is deactivated."), "{}", right.body);
}

#[tokio::test]
async fn people_sign_in_with_their_email_address_too() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    for (name, email) in
        [("ada", "\u{c9}lan@m\u{fc}nchen.example"), ("bob", "Bob@Example.com"), ("cy@example.com", "c@x.example")]
    {
        let added = add(&app, &owner, json!({"username": name, "email": email, "password": PASSWORD})).await;
        assert_eq!(added.status, 201, "{}", added.body);
    }
    for (typed, who) in [
        ("\u{e9}lan@xn--mnchen-3ya.example", "ada"),
        (" E\u{301}LAN@M\u{dc}NCHEN.example", "ada"),
        ("C@X.Example", "cy@example.com"),
        ("bob", "bob"),
        ("bob@example.com", "bob"),
        ("cy@example.com", "cy@example.com"),
    ] {
        let answer = sign_in(&app, typed, PASSWORD).send().await;
        assert_eq!((answer.status, &answer.json()["user"]["username"]), (200, &who.into()), "{typed}");
    }
    assert_eq!(sign_in(&app, "nobody@example.com", PASSWORD).send().await.status, 401);
    for email in ["\u{e9}lan@m\u{fc}nchen.example", "\u{c9}LAN@XN--MNCHEN-3YA.example", "BOB@example.com"] {
        let taken = add(&app, &owner, json!({"username": "eve", "email": email})).await;
        assert_eq!(taken.problem().0, 409, "{email}");
        assert!(taken.json()["fields"]["email"].is_string(), "{}", taken.body);
    }
}

#[tokio::test]
async fn no_username_is_another_users_address_and_no_address_another_users_username() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let eve = add(&app, &owner, json!({"username": "eve@example.com", "email": "EVE@example.com"})).await;
    assert_eq!(eve.status, 201, "the same user may have both: {}", eve.body);
    let bob = add(&app, &owner, json!({"username": "bob", "email": "Bob@Example.com"})).await;
    for (user, field) in [
        (json!({"username": "bob@example.com"}), "username"),
        (json!({"username": "ann", "email": "Eve@Example.com"}), "email"),
    ] {
        let refused = add(&app, &owner, user).await;
        assert_eq!(refused.problem().0, 409, "{}", refused.body);
        assert!(refused.json()["fields"][field].is_string(), "{}", refused.body);
    }
    let cat = add(&app, &owner, json!({"username": "cat@example.com"})).await;
    let bob = format!("/api/v1/users/{}", bob.json()["user"]["id"].as_str().unwrap());
    for (email, status) in [("CAT@example.com", 409), ("bobby@example.com", 200)] {
        let changed = app.ask_at("acme", "PATCH", &bob).bearer(&owner).json(&json!({"email": email})).send().await;
        assert_eq!(changed.status, status, "{email}: {}", changed.body);
    }
    assert_eq!(cat.status, 201);
}

#[tokio::test]
async fn whoever_comes_with_a_one_time_password_is_asked_for_the_new_one_alone() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    let word =
        add(&app, &owner, json!({"username": "ada"})).await.json()["oneTimePassword"].as_str().unwrap().to_owned();
    let ada = app.sign_in_as("acme", "ada", &word).await;
    let page = app.ask_at("acme", "GET", "/account").header("accept", "text/html").cookie(&ada).send().await;
    assert!(page.body.contains("<title>Choose a password"), "{}", page.body);
    assert!(
        !page.body.contains("name=\"currentPassword\"") && page.body.contains("name=\"newPassword\""),
        "{}",
        page.body
    );
    let chosen =
        app.ask_at("acme", "PUT", MINE).bearer(&ada).json(&json!({"newPassword": "my very own word"})).send().await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    let user = &chosen.json()["user"];
    assert_eq!((&user["passwordChangeRequired"], &user["oneTimePasswordExpiresAt"]), (&false.into(), &Value::Null));
    assert_eq!(sign_in(&app, "ada", &word).send().await.status, 401);
}

#[tokio::test]
async fn a_name_that_nobody_sees_is_refused() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let owner = app.sign_in("acme").await;
    for name in ["Ada\u{e0061}", "\u{2800}\u{2800}", "Ada\u{34f}"] {
        let added = add(&app, &owner, json!({"username": "ada", "displayName": name})).await;
        assert!(!beside(&added, "displayName").is_empty(), "{}", added.body);
    }
}
