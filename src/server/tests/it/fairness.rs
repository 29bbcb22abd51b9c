//! Limits that keep one client, address or workspace from blocking the others: connections, password hashes, wrong passwords
//! and name look-ups.

use std::net::SocketAddr;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
};

use crate::support::{PASSWORD, TestApp, http::Ask};

const SIGN_IN: &str = "/api/v1/auth/sign-in";

/// Connects from the local address `127.0.0.<from>`.
async fn connect(to: SocketAddr, from: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, from], 0))).unwrap();
    socket.connect(to).await.unwrap()
}

/// The head of a request whose body is never sent.
const SLOW: &[u8] =
    b"POST /tenants HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn slow_bodies_of_nine_addresses_keep_no_newcomer_out() {
    let app = TestApp::start().await;
    let mut held = Vec::new();
    for from in 2..=10 {
        for _ in 0..120 {
            let mut stream = connect(app.address, from).await;
            let _ = stream.write_all(SLOW).await; // the server may have closed it
            held.push(stream);
        }
    }
    let answer = app.ask("GET", "/healthz").send().await;
    assert_eq!(answer.status, 200);
    drop(held);
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_before_it_is_asked_for() {
    let app = TestApp::start().await;
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let head = "POST /tenants HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
                content-length: 5000000\r\nexpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&status), "HTTP/1.1 413");
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_that_one_owner_sets_for_others_hold_up_no_sign_in() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    app.sign_up("beta").await;
    let token = app.sign_in("acme").await;
    let mut adding = JoinSet::new();
    for number in 0..100 {
        let form = json!({"username": format!("user{number}"), "role": "member"});
        let ask = app.ask_at("acme", "POST", "/api/v1/users").bearer(&token).json(&form);
        adding.spawn(async move { ask.send().await.status });
    }
    let mut signing_in = JoinSet::new();
    for tenant in ["acme", "beta"] {
        for _ in 0..4 {
            let ask = app.ask_at(tenant, "POST", SIGN_IN).json(&json!({"username": "root", "password": PASSWORD}));
            signing_in.spawn(async move { ask.send().await.status });
        }
    }
    assert_eq!(signing_in.join_all().await, [200; 8]);
    let added = adding.join_all().await;
    assert!(added.iter().all(|status| [201, 429, 503].contains(status)) && added.contains(&201), "{added:?}");
}

#[tokio::test]
async fn wrong_passwords_from_many_addresses_are_limited_for_each_account_and_keep_nobody_out_of_their_own() {
    let app = TestApp::with(&["--account-rate", "5/h", "--trusted-proxies", "127.0.0.1"]).await;
    app.sign_up("acme").await;
    let from = |address: String, username: &str, password: &str| {
        let form = json!({"username": username, "password": password});
        app.ask_at("acme", "POST", SIGN_IN).header("x-forwarded-for", &address).json(&form)
    };
    assert_eq!(from("198.51.100.1".into(), "root", PASSWORD).send().await.status, 200);
    for username in ["root", "nobody"] {
        let mut statuses = Vec::new();
        for last in 1..=7 {
            statuses.push(from(format!("203.0.113.{last}"), username, "a wrong password").send().await.status);
        }
        assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429], "{username}");
    }
    let limited = from("203.0.113.99".into(), "root", PASSWORD).send().await;
    assert!(limited.status == 429 && limited.header("retry-after").is_some(), "{}", limited.body);
    assert_eq!(from("198.51.100.1".into(), "root", PASSWORD).send().await.status, 200, "where it signed in before");
}

#[tokio::test]
async fn names_are_looked_up_so_often_and_no_more() {
    let app = TestApp::with(&["--lookup-rate", "2/h"]).await;
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(app.ask("GET", "/_fn/check-name?name=acme").send().await.status);
        statuses.push(app.ask("GET", "/find?name=acme").header("accept", "text/html").send().await.status);
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
}

#[tokio::test]
async fn a_workspace_sets_so_many_passwords_for_others_and_no_more() {
    let app = TestApp::with(&["--user-rate", "2/h"]).await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    let mut statuses = Vec::new();
    for name in ["ada", "alan", "grace"] {
        let form = json!({"username": name, "role": "member"});
        statuses.push(app.ask_at("acme", "POST", "/api/v1/users").bearer(&token).json(&form).send().await.status);
    }
    assert_eq!(statuses, [201, 201, 429]);
}

#[tokio::test]
async fn a_host_with_an_empty_port_names_its_tenant() {
    let app = TestApp::start().await;
    app.sign_up("acme").await;
    let answer = Ask::new(app.address, "GET", "/api/v1/users/me").header("host", "acme.localhost:").send().await;
    assert_eq!(answer.status, 401);
}
