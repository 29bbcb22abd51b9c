//! `cargo bench -p server --bench members`: requests the members' page, a search and the API's list over HTTP, in a workspace
//! of 10,000 users. Prints the median of each beside its limit of 50 ms, and the size of the page beside 60 kB.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed, and it prints"
)]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use backend::Ambient;
use clap::{Args, FromArgMatches};
use domain::UserId;
use server::{Config, Server};

const PEOPLE: u16 = 10_000;
const ROUNDS: usize = 101;
const LIMIT: Duration = Duration::from_millis(50);
const HEAVIEST: usize = 60_000;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::open(&config(folder.path()), Arc::new(Ambient), Arc::new(Ambient)).await.unwrap();
    let address = server.address();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async move { drop(stopped.await) }));
    let token = tokio::task::spawn_blocking(move || sign_up(address)).await.unwrap();
    fill(folder.path()).await;
    tokio::task::spawn_blocking(move || measure(address, &token)).await.unwrap();
    drop(stop);
    serving.await.unwrap().unwrap();
}

fn measure(address: SocketAddr, token: &str) {
    let as_browser = format!("cookie: __Host-session={token}\r\naccept: text/html");
    let as_program = format!("authorization: Bearer {token}");
    for (what, target, headers) in [
        ("members, first page", "/members", &as_browser),
        ("members, a search that finds 1", "/members?q=person-07777", &as_browser),
        ("members, a search that finds none", "/members?q=nobody-at-all", &as_browser),
        ("members, a search that finds all", "/members?q=person+number+example", &as_browser),
        ("members, a search of two letters", "/members?q=zz", &as_browser),
        ("API, a page of 100", "/api/v1/users?limit=100", &as_program),
        ("API, a search", "/api/v1/users?q=07777", &as_program),
    ] {
        let mut times: Vec<_> = (0..ROUNDS).map(|_| timed(address, target, headers)).collect();
        times.sort_unstable();
        let median = times[ROUNDS / 2];
        let (part, slowest) = (median.as_secs_f64() / LIMIT.as_secs_f64(), times[ROUNDS - 1]);
        println!("{what:34}  median {median:>9.2?}  slowest {slowest:>9.2?}  {part:.2} of the limit of {LIMIT:?}");
    }
    let (_, body) = ask(address, "GET", "/members", &as_browser, "").split_once("\r\n\r\n").map(own).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "two digits of a ratio")]
    let part = body.len() as f64 / HEAVIEST as f64;
    println!("the first page's HTML: {} bytes, {part:.2} of the limit of {HEAVIEST}", body.len());
}

fn own((head, body): (&str, &str)) -> (String, String) {
    (head.to_owned(), body.to_owned())
}

fn timed(address: SocketAddr, target: &str, headers: &str) -> Duration {
    let began = Instant::now();
    let answer = ask(address, "GET", target, headers, "");
    let took = began.elapsed();
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    took
}

/// Creates the workspace and signs its owner in.
fn sign_up(address: SocketAddr) -> String {
    let body = r#"{"tenant":"acme","username":"root","password":"correct horse battery"}"#;
    let json = "content-type: application/json";
    assert!(ask_at("127.0.0.1", address, "POST", "/tenants", json, body).starts_with("HTTP/1.0 201"));
    let answer = ask(address, "POST", "/api/v1/auth/sign-in", json, body.replace(r#""tenant":"acme","#, "").as_str());
    let token = answer.split(r#""token":""#).nth(1).unwrap().split('"').next().unwrap();
    token.to_owned()
}

fn ask(address: SocketAddr, method: &str, target: &str, headers: &str, body: &str) -> String {
    ask_at(&format!("acme.localhost:{}", address.port()), address, method, target, headers, body)
}

fn ask_at(host: &str, address: SocketAddr, method: &str, target: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.0\r\nhost: {host}\r\ncontent-length: {length}\r\n{headers}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all((head + body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Inserts the users directly into the workspace's file, so that the bench need not hash 10,000 passwords.
async fn fill(data: &std::path::Path) {
    let file = find(&data.join("tenants"));
    let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    database.execute("BEGIN IMMEDIATE", ()).await.unwrap();
    for number in 0..PEOPLE {
        let id = UserId::new(1_700_000_000_000 + u64::from(number), &[0x5a; 10]).to_string();
        let add = "INSERT INTO users (id, username, display_name, email, search, role, password_hash, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, 'member', '', 1700000000000)";
        let name = format!("person-{number:05}");
        let (display, email) = (format!("Person Number {number}"), format!("{name}@example.com"));
        let search = format!("{name}\n{display}\n{email}").to_lowercase();
        let person = (id, name, display, email, search);
        database.execute(add, person).await.unwrap();
    }
    database.execute("COMMIT", ()).await.unwrap();
}

fn find(folder: &std::path::Path) -> std::path::PathBuf {
    let mut found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let database = found.find(|path| path.is_dir() || path.extension() == Some("db".as_ref())).unwrap();
    if database.is_dir() { find(&database) } else { database }
}

fn config(data: &std::path::Path) -> Config {
    let arguments = ["freehold", "--listen", "127.0.0.1:0", "--sign-in-rate", "off", "--data"];
    let arguments = arguments.into_iter().map(std::ffi::OsStr::new).chain([data.as_os_str()]);
    let matches = Config::augment_args(clap::Command::new("freehold")).try_get_matches_from(arguments).unwrap();
    Config::from_arg_matches(&matches).unwrap()
}
