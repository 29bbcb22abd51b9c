//! The browsers of those who sign in over the API: a token opens one door alone, and many tests look at what a person did over
//! both. Where a token of `TestApp::sign_in` is sent as a cookie, a browser of the same person signs in once and sends its own.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{LazyLock, Mutex},
};

use super::http::Ask;

/// How a person signs in, and the cookie of their browser once it has one.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) cookie: Option<String>,
}

static PEOPLE: LazyLock<Mutex<HashMap<String, Person>>> = LazyLock::new(Mutex::default);

/// Remembers whose token this is.
pub(crate) fn remember(token: &str, person: Person) {
    PEOPLE.lock().unwrap().insert(token.to_owned(), person);
}

/// The cookies with the browser's own token in the place of the API's. Who cannot sign in sends what they have.
pub(crate) async fn with_own_tokens(cookies: &str) -> String {
    let mut pairs = Vec::new();
    for pair in cookies.split("; ") {
        let own = match pair.strip_prefix("__Host-session=") {
            Some(token) => cookie_of(token).await.map(|own| format!("__Host-session={own}")),
            None => None,
        };
        pairs.push(own.unwrap_or_else(|| pair.to_owned()));
    }
    pairs.join("; ")
}

/// The cookie of the browser of whoever has this token of the API.
pub(crate) async fn cookie_of(token: &str) -> Option<String> {
    let person = PEOPLE.lock().unwrap().get(token).cloned()?;
    if person.cookie.is_some() {
        return person.cookie;
    }
    let form = [("username", &*person.username), ("password", &*person.password)];
    let ask = Ask::new(person.address, "POST", "/_fn/sign-in").header("host", &person.host).form(&form);
    let answer = ask.header("sec-fetch-site", "same-origin").header("accept", "application/json").send().await;
    let cookie = answer.all("set-cookie").find_map(|cookie| cookie.strip_prefix("__Host-session="));
    let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned());
    remember(token, Person { cookie: cookie.clone(), ..person });
    cookie
}
