//! Browser sessions for users who signed in over the API. A token works at one door only (browser or API), and many tests use
//! both doors as the same user. If a test sends a token of `TestApp::sign_in` as a cookie, the user signs in once more as a
//! browser, and that browser's token is sent instead.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{LazyLock, Mutex},
};

use super::http::Ask;

/// A user's host, username and password. `cookie` is the browser's token; `None` means that no browser has signed in yet.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) cookie: Option<String>,
}

static PEOPLE: LazyLock<Mutex<HashMap<String, Person>>> = LazyLock::new(Mutex::default);

/// Stores which user an API token belongs to.
pub(crate) fn remember(token: &str, person: Person) {
    PEOPLE.lock().unwrap().insert(token.to_owned(), person);
}

/// Replaces each API token in the cookies with the browser token of the same user. If that user cannot sign in, the cookie
/// stays as it is.
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

/// Returns the browser token of the user to whom this API token belongs, signing the browser in if necessary. `None` means that
/// the token is unknown or that the sign-in failed.
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
