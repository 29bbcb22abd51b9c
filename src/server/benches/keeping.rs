//! `cargo bench -p server --bench keeping`: on each storage, signs up 1,000 workspaces (`FREEHOLD_BENCH_TENANTS`) and backs
//! them up under load, then deletes one, restores it from its backup and signs its owner in. The libsql-server is the real one
//! if `FREEHOLD_TEST_SQLD` names its binary, else a double. Turso is always a double.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed, and it prints"
)]

#[path = "common/mod.rs"]
#[expect(dead_code, reason = "another benchmark uses the rest")]
mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use backend::{Operation, Outcome};
use common::{freehold::Freehold, libsql_server::LibsqlServer, setting};
use double::{Naming, Options, turso};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

const READERS: usize = 4;
const WRITERS: usize = 2;

#[tokio::main]
async fn main() {
    keep("local files", &[]).await;
    let server = LibsqlServer::start().await;
    keep(server.name(), &server.flags(None)).await;
    drop(server);
    let (_api, _server, flags) = at_turso().await;
    keep("a double of Turso", &flags).await;
}

async fn keep(storage: &str, flags: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let many = usize::try_from(setting("FREEHOLD_BENCH_TENANTS", 1000)).unwrap();
    let names: Vec<_> = (0..many).map(|number| format!("parcel-{number}")).collect();
    let freehold = Freehold::start(folder.path(), flags).await;
    println!("{storage}");
    step("signed up", many, freehold.sign_up_all(&names)).await;
    let tokens = freehold.sign_in_all(&names[..READERS + WRITERS]).await;
    let (done, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut load = JoinSet::new();
    for (number, token) in tokens.into_iter().enumerate() {
        let (freehold, name) = (Arc::clone(&freehold), names[number].clone());
        load.spawn(work(freehold, name, token, number < WRITERS, Arc::clone(&done), Arc::clone(&is_over)));
    }
    step("backed up under load", many, back_up(&freehold, &names)).await;
    is_over.store(true, Ordering::Relaxed);
    load.join_all().await;
    println!("  {} requests were answered meanwhile", done.load(Ordering::Relaxed));

    let (name, people) = (&names[0], people(&freehold, &names[0]).await);
    let Outcome::Backup(last) = freehold.operate(Operation::Backup(name.parse().unwrap(), None)).await else {
        panic!()
    };
    let delete = Operation::TenantDelete { name: name.parse().unwrap(), backup: false };
    step("deleted", 1, freehold.operate(delete)).await;
    let gone = freehold.ask(name, Method::GET, "/api/v1/users/me").send().await.unwrap();
    assert_eq!(gone.status(), 400, "it does not exist");
    step("restored from its backup", 1, freehold.operate(Operation::Restore(name.parse().unwrap(), None))).await;
    assert_eq!(self::people(&freehold, name).await, people, "everybody is there: {last:?}");
    println!("  its owner signed in, and all {people} people are there");
    freehold.stop().await;
}

async fn step<T>(what: &str, many: usize, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    println!("  {many} {what} in {:.1?}", begun.elapsed());
    done
}

async fn back_up(freehold: &Arc<Freehold>, names: &[String]) {
    let one = |freehold: Arc<Freehold>, name: String| async move {
        let backup = freehold.operate(Operation::Backup(name.parse().unwrap(), None)).await;
        assert!(matches!(backup, Outcome::Backup(_)), "{backup:?}");
    };
    freehold.each(names, one).await;
}

/// Reads the current user, or adds users, until the load is over. Checks the status of each answer.
async fn work(
    freehold: Arc<Freehold>,
    name: String,
    token: String,
    writes: bool,
    done: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
) {
    let mut number = 0;
    while !is_over.load(Ordering::Relaxed) {
        if writes {
            let ada = json!({"username": format!("person-{number}"), "password": common::freehold::PASSWORD});
            let add = freehold.ask(&name, Method::POST, "/api/v1/users").bearer_auth(&token).json(&ada);
            let status = add.send().await.unwrap().status();
            assert!([201, 503].contains(&status.as_u16()), "{status}"); // 503: the queue of the password hasher is full
        } else {
            assert_eq!(freehold.me(&name, &token).await, 200);
        }
        (number, _) = (number + 1, done.fetch_add(1, Ordering::Relaxed));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Signs the owner in, and returns the number of users.
async fn people(freehold: &Freehold, name: &str) -> u64 {
    let token = freehold.sign_in(name).await;
    let answer = freehold.ask(name, Method::GET, "/api/v1/users?limit=1").bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let Outcome::Overview(overview) = freehold.operate(Operation::TenantOverview(name.parse().unwrap())).await else {
        panic!()
    };
    overview.people.all()
}

async fn at_turso() -> (turso::Turso, double::LibsqlServer, Vec<String>) {
    let options = Options { naming: Naming::Host, ..Options::default() };
    let server = double::LibsqlServer::start(options).await.unwrap();
    let (made, gone) = (server.databases().clone(), server.databases().clone());
    let key = |name: &str| format!("{name}-freehold");
    let hooks = turso::Hooks {
        on_create: Box::new(move |name| assert!(made.create(&key(name)).unwrap(), "it is new")),
        on_delete: Box::new(move |name| assert!(gone.delete(&key(name)).unwrap(), "it is there")),
        ..turso::Hooks::default()
    };
    let account = turso::Account { organization: "freehold".into(), group: "g".into(), token: "t".into() };
    let api = turso::Turso::start(account, hooks).await.unwrap();
    let pattern = format!("{}/{{hostname}}", server.user_url());
    let flags = ["--storage", "turso", "--turso-organization", "freehold", "--turso-group", "g"];
    let rest = ["--turso-api-token", "t", "--turso-api-url", api.url(), "--turso-database-url", &pattern];
    let flags = flags.into_iter().chain(rest).map(str::to_owned).collect();
    (api, server, flags)
}
