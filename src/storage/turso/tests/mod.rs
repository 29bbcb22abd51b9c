//! Tests of the client against the double of Turso, over real HTTP: its requests, how it reads the answers, and its errors.

mod api;
mod conformance;
mod description;
mod faults;
mod ready;
mod spares;
mod tokens;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::Secret;
use double::turso::{self, Hooks, Turso};
use reqwest::{Client, redirect::Policy};

use super::{Account, Api};
use crate::Ambient;

/// A text that occurs nowhere else.
const TOKEN: &str = "platform-token-that-nobody-may-see";

/// A double of Turso for one test.
async fn turso() -> Turso {
    let account = turso::Account { organization: "acme".into(), group: "default".into(), token: TOKEN.into() };
    Turso::start(account, Hooks::default()).await.unwrap()
}

fn account(url: &str) -> Account {
    Account {
        organization: "acme".into(),
        group: "default".into(),
        token: Secret::from(TOKEN.to_owned()),
        url: url.parse().unwrap(),
        deadline: Duration::from_secs(2),
        patience: Duration::from_secs(10),
    }
}

fn client(account: Account) -> Api {
    let http = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    Api::new(account, http, Arc::new(Ambient))
}

fn api(turso: &Turso) -> Api {
    client(account(turso.url()))
}

/// Number of requests with this method and this end of the path.
fn count(turso: &Turso, method: &str, end: &str) -> usize {
    turso.exchanges().iter().filter(|it| it.method == method && it.path.ends_with(end)).count()
}

/// Runs `work` and returns its result and its duration.
async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    (work.await, begun.elapsed())
}
