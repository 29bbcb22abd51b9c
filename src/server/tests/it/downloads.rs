//! Downloads of large workspaces over HTTP: a copy that takes so long that the answer begins before it is made, a copy that
//! fails after the answer has begun, and the limit on downloads at the same time.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::support::{TestApp, http::Ask};

const DOORS: [&str; 2] = ["/settings/database", "/api/v1/database"];

/// Starts a server that begins each answer before the copy is made.
async fn impatient() -> TestApp {
    TestApp::set_up(&[], |config| config.downloads.prompt = Duration::ZERO).await
}

fn ask(app: &TestApp, tenant: &str, door: &str, token: &str) -> Ask {
    let ask = app.ask_at(tenant, "GET", door).header("accept", "text/html");
    if door.starts_with("/api") { ask.bearer(token) } else { ask.cookie(token) }
}

#[tokio::test]
async fn a_copy_that_takes_long_is_sent_without_a_length_when_it_is_made() {
    let app = impatient().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    for door in DOORS {
        let answer = ask(&app, "acme", door, &token).send().await;
        assert_eq!((answer.status, answer.header("content-length")), (200, None), "{door}");
        assert_eq!(answer.header("content-type"), Some("application/vnd.sqlite3"));
        let pages = answer.bytes.len() / 4096;
        assert!(answer.bytes.starts_with(b"SQLite format 3\0") && answer.bytes.len() == pages * 4096, "{door}");
        assert_eq!(answer.bytes[28..32], u32::try_from(pages).unwrap().to_be_bytes(), "all of its pages are there");
        while std::fs::read_dir(app.data().join("scratch")).unwrap().count() > 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// The log of this thread, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Returns the lines of level `ERROR`.
    fn errors(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["level"] == "ERROR").collect()
    }
}

#[tokio::test]
async fn a_copy_that_fails_when_its_answer_has_begun_breaks_the_answer_off_and_is_logged_with_its_cause() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let app = impatient().await;
    app.sign_up("acme").await;
    let token = app.sign_in("acme").await;
    tracing::callsite::rebuild_interest_cache(); // another test may have cached them without a log
    std::fs::remove_dir(app.data().join("scratch")).unwrap(); // no copy can be made
    for (door, logged) in DOORS.into_iter().zip(1..) {
        let answer = String::from_utf8(ask(&app, "acme", door, &token).exchange().await.unwrap()).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("transfer-encoding: chunked"), "{head}");
        assert_eq!(body, "", "not even the end of the body: no client takes this for whole");
        let errors = log.errors();
        assert_eq!(errors.len(), logged, "{errors:?}");
        let last = &errors[logged - 1];
        assert_eq!(
            (&last["fields"]["event"], &last["span"]["tenant"]),
            (&"download_failed".into(), &"acme".into()),
            "{last}"
        );
        assert!(last["fields"]["error"].as_str().unwrap().contains("unable to open database"), "{last}");
    }
}

/// Searches a folder and its subfolders for a workspace's database. `None` means that there is none.
fn database(folder: &Path, tenant: &str) -> Option<PathBuf> {
    let mut files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_it = |file: &Path| file.extension() == Some("db".as_ref()) && file.to_str().unwrap().contains(tenant);
    files.find_map(|file| if file.is_dir() { database(&file, tenant) } else { is_it(&file).then_some(file) })
}

/// Makes a workspace's database larger than the socket buffers of a connection, so that a download blocks until it is read.
async fn grow(app: &TestApp, tenant: &str) {
    let file = database(&app.data().join("tenants"), tenant).unwrap();
    let connection = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 32)
        INSERT INTO activity (at, action, detail) SELECT 0, 'rename', printf('%.*c', 1000000, 'x') FROM n";
    connection.execute(rows, ()).await.unwrap();
}

/// Starts a download and reads only the status line, so that the download stays open.
async fn held(app: &TestApp, tenant: &str, token: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    let mut stream = socket.connect(app.address).await.unwrap();
    let host = app.host(tenant);
    let request = format!("GET /api/v1/database HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
    stream
}

#[tokio::test]
async fn a_download_more_than_there_may_be_at_a_time_is_refused_until_one_of_them_is_over() {
    let app = TestApp::set_up(&[], |config| config.downloads.at_once = 1).await;
    for tenant in ["acme", "beta"] {
        app.sign_up(tenant).await;
    }
    let (acme, beta) = (app.sign_in("acme").await, app.sign_in("beta").await);
    grow(&app, "acme").await;
    let slow = held(&app, "acme", &acme).await;
    let refused = ask(&app, "beta", "/api/v1/database", &beta).send().await;
    assert_eq!(refused.problem(), (503, "Busy".into(), "busy".into()));
    assert_eq!((refused.header("retry-after"), refused.json()["retryAfter"].as_u64()), (Some("30"), Some(30)));
    let says = "Too many databases are being downloaded at the moment. Try again in half a minute.";
    assert_eq!(refused.json()["detail"], says);
    let page = ask(&app, "beta", "/settings/database", &beta).send().await;
    assert!(page.status == 503 && page.is_page() && page.body.contains(says), "{}", page.body);
    drop(slow);
    while ask(&app, "beta", "/api/v1/database", &beta).send().await.status == 503 {
        tokio::task::yield_now().await;
    }
}
