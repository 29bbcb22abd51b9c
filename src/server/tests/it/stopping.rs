//! Stopping a server: signals and the requests under way. Also the connection limit of one address, and a sign-out whose
//! session cannot be ended.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::yield_now,
};

use crate::{
    process::Process,
    support::{PASSWORD, TestApp, http::Ask},
};

/// Time that a stopping server gives to the requests under way.
const FAREWELL: Duration = Duration::from_secs(10);

/// Sends the head of a request and waits until the server asks for the body. The body never comes, so the request never ends.
async fn endless(server: &Process) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /tenants HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
                content-length: 9\r\nexpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = [0; 12];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_closes_the_operators_socket_at_once_and_a_second_signal_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::serve(folder.path());
    let held = endless(&server).await;
    let (socket, began) = (folder.path().join("operator.sock"), Instant::now());
    server.signal();
    while socket.exists() {
        assert!(began.elapsed() < FAREWELL / 2, "the operator's socket waits for requests");
        yield_now().await;
    }
    assert_eq!(server.terminate(), 1);
    assert!(began.elapsed() < FAREWELL / 2, "the second signal changed nothing");
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_is_broken_off_when_the_server_stops() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::serve(folder.path());
    let (mut held, began) = (endless(&server).await, Instant::now());
    assert_eq!(server.terminate(), 0);
    assert!(began.elapsed() >= FAREWELL && began.elapsed() < FAREWELL * 2);
    drop(held.read_to_end(&mut Vec::new()).await); // the connection is closed, possibly with an error
}

#[tokio::test]
async fn one_address_cannot_hold_all_connections() {
    let app = TestApp::start().await;
    let mut held = Vec::new();
    for _ in 0..128 {
        held.push(TcpStream::connect(app.address).await.unwrap());
    }
    assert!(app.ask("GET", "/healthz").try_send().await.is_err());
    held.clear();
    while app.ask("GET", "/healthz").try_send().await.is_err() {
        yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_claims_no_success_when_the_session_could_not_be_ended() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::serve(folder.path());
    let ask = Ask::new(server.address, "POST", "/tenants").header("host", "127.0.0.1");
    let form = json!({"tenant": "acme", "username": "root", "password": PASSWORD});
    assert_eq!(ask.json(&form).send().await.status, 201);
    let form = [("username", "root"), ("password", PASSWORD)];
    let ask = Ask::new(server.address, "POST", "/_fn/sign-in").header("sec-fetch-site", "same-origin");
    let entered = ask.header("host", "acme.localhost").form(&form).send().await;
    let cookie = entered.header("set-cookie").and_then(|cookie| cookie.strip_prefix("__Host-session=")).unwrap();
    let token = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(server.terminate(), 0);
    fs::write(database(folder.path()), [7; 8192]).unwrap();
    let server = Process::serve(folder.path());
    let ask = Ask::new(server.address, "POST", "/_fn/sign-out").header("sec-fetch-site", "same-origin");
    let answer = ask.header("host", "acme.localhost").cookie(&token).form(&[]).send().await;
    assert_eq!((answer.status, answer.header("set-cookie")), (503, None), "{}", answer.body);
    assert_eq!(server.terminate(), 0);
}

/// Returns the path of the only tenant's database.
fn database(data: &Path) -> PathBuf {
    let folder = fs::read_dir(data.join("tenants")).unwrap().next().unwrap().unwrap().path();
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|file| file.extension().is_some_and(|ending| ending == "db")).unwrap()
}
