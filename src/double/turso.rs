//! A double of Turso's Platform API, as far as Freehold uses it: databases of one organization and group, their tokens, usage
//! and configuration. A database is only a name here, and `Hooks` can create a real one behind it. Answers have the statuses
//! and bodies of Turso's own OpenAPI description. A test can have `Fault`s answered instead, as often as it says.

mod answers;
mod state;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use answers::{Answer, answer};
use state::Shared;

/// Longest request body that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// The account that the API serves.
#[derive(Debug, Clone)]
pub struct Account {
    /// The organization's slug, as in paths and host names.
    pub organization: String,
    /// The only group.
    pub group: String,
    /// The platform token that is accepted. Any other one is answered with 401.
    pub token: String,
}

/// Functions that are called when something changes. The argument is the database's name.
pub struct Hooks {
    /// Called after a database was created.
    pub on_create: Box<dyn Fn(&str) + Send + Sync>,
    /// Called after a database was deleted.
    pub on_delete: Box<dyn Fn(&str) + Send + Sync>,
    /// Returns a token that opens the database.
    pub mint: Box<dyn Fn(&str) -> String + Send + Sync>,
}

/// Hooks that do nothing. Each token is a different text.
impl Default for Hooks {
    fn default() -> Self {
        let count = std::sync::atomic::AtomicU64::new(1);
        let next = move || count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Self {
            on_create: Box::new(|_| ()),
            on_delete: Box::new(|_| ()),
            mint: Box::new(move |name| format!("token-{}-of-{name}", next())),
        }
    }
}

/// A fault that is answered instead of the real answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429, with `Retry-After` in seconds if it is given.
    TooManyRequests(Option<u64>),
    /// 500.
    Internal,
    /// No answer, for as long as the client waits.
    Stall,
    /// This status and this text, which need not be JSON.
    Text(u16, String),
    /// The request is done, but the client gets 500.
    DoneAndInternal,
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// The method, such as `POST`.
    pub method: String,
    /// The path as it came, still escaped.
    pub path: String,
    /// The query as it came. Empty if there is none.
    pub query: String,
    /// The body of the request. `null` if there is none, and a string if it is not JSON.
    pub body: Value,
    /// The status of the answer. 0 as long as there is none.
    pub status: u16,
    /// The body of the answer.
    pub answer: Value,
}

/// The running API. Dropping it closes its port.
pub struct Turso {
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<io::Result<()>>,
}

impl Turso {
    /// Starts the API on a free port of loopback.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start(account: Account, hooks: Hooks) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared::new(account, hooks));
        let router = Router::new().fallback(serve).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, shared, server })
    }

    /// The base URL of the API.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// All exchanges so far, the earliest first.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.lock().exchanges.clone()
    }

    /// The names of all databases, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.shared.lock().databases.keys().cloned().collect()
    }

    /// The next `times` requests meet this fault, after the faults that were set before.
    pub fn fail(&self, fault: Fault, times: usize) {
        self.shared.lock().faults.extend(std::iter::repeat_n(fault, times));
    }

    /// Clears all faults that were not used yet.
    pub fn heal(&self) {
        self.shared.lock().faults.clear();
    }

    /// Sets the status for a name that is taken: 409, as Turso describes it, or 400, as it also happens.
    pub fn answer_taken_with(&self, status: u16) {
        self.shared.lock().taken = status;
    }

    /// Sets how long a new database does not answer yet. The data plane asks `is_ready`.
    pub fn delay_readiness(&self, delay: Duration) {
        self.shared.lock().delay = delay;
    }

    /// Whether the database exists and answers by now.
    #[must_use]
    pub fn is_ready(&self, name: &str) -> bool {
        let state = self.shared.lock();
        state.databases.get(name).is_some_and(|database| Instant::now() >= database.made + state.delay)
    }
}

impl Drop for Turso {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST).await.unwrap_or_default();
    let body = match &*body {
        [] => Value::Null,
        bytes => serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into()),
    };
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
    let exchange = Exchange { method: parts.method.to_string(), path, query, body, status: 0, answer: Value::Null };
    let (number, fault) = shared.note(exchange.clone());
    let token = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let answer = match fault {
        None => answer(&shared, token, &exchange),
        Some(fault) => instead(fault, || answer(&shared, token, &exchange)).await,
    };
    shared.note_answer(number, answer.status, answer.body.clone());
    answer.into_response()
}

async fn instead(fault: Fault, truth: impl FnOnce() -> Answer) -> Answer {
    match fault {
        Fault::Stall => std::future::pending().await,
        Fault::TooManyRequests(after) => Answer { after, ..Answer::error(429, "too many requests") },
        Fault::Internal => Answer::error(500, "internal server error"),
        Fault::Text(status, text) => Answer::new(status, Value::String(text)),
        Fault::DoneAndInternal => {
            truth();
            Answer::error(500, "internal server error")
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let after = self.after.map(|after| AppendHeaders([(header::RETRY_AFTER, after.to_string())]));
        match self.body {
            Value::String(text) => (status, after, text).into_response(),
            body => (status, after, axum::Json(body)).into_response(),
        }
    }
}
