//! A user's own sessions over HTTP: the list of them, ending one, and ending all others.

use crate::{people::add_with_password, support::TestApp};

const SESSIONS: &str = "/api/v1/sessions";
const ME: &str = "/api/v1/users/me";

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it_there() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (one, other) = (app.sign_in("acme").await, app.sign_in("acme").await);
    let ask = |token: &str, method: &str, path: &str| app.ask_at("acme", method, path).bearer(token).send();
    let list = ask(&one, "GET", SESSIONS).await.json();
    let items = list["items"].as_array().unwrap();
    assert_eq!((items.len(), &list["next"]), (2, &serde_json::Value::Null));
    let currents: Vec<_> = items.iter().map(|session| session["current"].as_bool().unwrap()).collect();
    assert_eq!(currents, [false, true], "the latest first");
    let path = format!("{SESSIONS}/{}", items[0]["id"].as_str().unwrap());
    assert_eq!(ask(&one, "GET", &path).await.json(), items[0]);
    let ended = ask(&one, "DELETE", &path).await;
    assert_eq!((ended.status, &*ended.body), (204, ""));
    assert_eq!(ask(&other, "GET", ME).await.problem().0, 401);
    for method in ["GET", "DELETE"] {
        assert_eq!(ask(&one, method, &path).await.problem().0, 404);
    }
}

#[tokio::test]
async fn all_other_sessions_end_at_once_and_nobody_elses() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let (one, other) = (app.sign_in("acme").await, app.sign_in("acme").await);
    let ada = add_with_password(&app, &one, "ada", "admin").await.token;
    let status = async |token: &str, method: &str, path: &str| {
        app.ask_at("acme", method, path).bearer(token).send().await.status
    };
    let first = app.ask_at("acme", "GET", &format!("{SESSIONS}?limit=1")).bearer(&one).send().await.json();
    let of_root = format!("{SESSIONS}/{}", first["items"][0]["id"].as_str().unwrap());
    assert!(first["next"].is_string());
    assert_eq!((status(&ada, "GET", &of_root).await, status(&ada, "DELETE", &of_root).await), (404, 404));
    assert_eq!(status(&one, "DELETE", SESSIONS).await, 204);
    assert_eq!(
        (status(&one, "GET", ME).await, status(&other, "GET", ME).await, status(&ada, "GET", ME).await),
        (200, 401, 200)
    );
}
