//! One request to the Platform API and its answer. It takes a `Call` and returns a parsed body or a `Fault`. The token appears
//! only in the request. No fault repeats it, even if the server's answer did.

use std::time::Duration;

use domain::Secret;
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{backoff::Failure, dto::Refusal};
use crate::StorageError;

/// Longest answer that is read, in bytes. A list of some hundred thousand databases fits.
const LONGEST: usize = 64 << 20;
/// How much of the server's own message is shown, in characters.
const SHOWN: usize = 200;
/// Longest `Retry-After` that is accepted, in seconds.
const LATEST: u64 = 3600;

/// A request. Its path is below the organization's own path.
#[derive(Debug, Clone)]
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(&'a str, &'a str)],
    pub(super) body: Option<Value>,
}

/// Why a call has no result.
#[derive(Debug)]
pub(super) enum Fault {
    /// A status other than success.
    Refused {
        status: StatusCode,
        /// Turso's `error`, or the first characters of a body in another form.
        why: String,
        /// Whether the answer has the API's own form. Otherwise a proxy's 404 could be taken for that of a database.
        own: bool,
        /// The value of `Retry-After`.
        after: Duration,
    },
    /// No answer, or only half of one.
    Unreachable(String),
    TimedOut,
    /// Success, but with a body that is not one of the API's.
    Strange(StatusCode),
}

pub(super) type Sent<T> = Result<T, Fault>;

impl Fault {
    pub(super) fn status(&self) -> Option<StatusCode> {
        if let Self::Refused { status, .. } = self { Some(*status) } else { None }
    }
}

/// Every call may be made twice, so errors that may pass are retried.
impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused { status, after, .. }
                if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() =>
            {
                Self::Passing(fault.into(), after)
            }
            Fault::Unreachable(_) | Fault::TimedOut => Self::Passing(fault.into(), Duration::ZERO),
            Fault::Refused { .. } | Fault::Strange(_) => Self::Final(fault.into()),
        }
    }
}

impl From<Fault> for StorageError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TimedOut => Self::TimedOut,
            Fault::Unreachable(why) => Self::Unusable(format!("Turso's API does not answer: {why}")),
            Fault::Strange(status) => Self::Unusable(format!("Turso's API answered {status} and no sense")),
            Fault::Refused { status, why, own, .. } => match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Self::Unauthorised(why),
                StatusCode::PAYMENT_REQUIRED => Self::Blocked(why),
                StatusCode::NOT_FOUND if own => Self::Missing,
                _ => Self::Unusable(format!("Turso's API answered {status}: {why}")),
            },
        }
    }
}

/// Sends the call to `url` with `token`, and reads the answer.
pub(super) async fn send<T: DeserializeOwned>(
    client: &reqwest::Client,
    mut url: Url,
    token: &Secret,
    call: &Call<'_>,
) -> Sent<T> {
    if !call.query.is_empty() {
        url.query_pairs_mut().extend_pairs(call.query);
    }
    let request = client.request(call.method.clone(), url).bearer_auth(token.expose());
    let answer = with_body(request, call.body.as_ref()).send().await.map_err(lost)?;
    let (status, after) = (answer.status(), retry_after(&answer));
    let body = read(answer).await?;
    if status.is_success() {
        // The parser's own message could repeat a token from the body.
        return serde_json::from_slice(&body).map_err(|_| Fault::Strange(status));
    }
    let said = serde_json::from_slice(&body).map(|Refusal { error }| error);
    let own = said.is_ok();
    let why = said.unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned());
    Err(Fault::Refused { status, why: shown(&why, status, token), own, after })
}

fn with_body(request: RequestBuilder, body: Option<&Value>) -> RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Reads the whole body, up to `LONGEST` bytes.
async fn read(mut answer: Response) -> Sent<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(lost)? {
        body.extend_from_slice(&part);
        if body.len() > LONGEST {
            return Err(Fault::Strange(answer.status()));
        }
    }
    Ok(body)
}

/// `Retry-After` in whole seconds. A date, which Turso does not send, counts as zero.
fn retry_after(answer: &Response) -> Duration {
    let seconds = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(LATEST))
}

/// The server's message in one line, cut and without the token. The status if there is no message.
fn shown(said: &str, status: StatusCode, token: &Secret) -> String {
    let token = token.expose();
    let said = if token.is_empty() { said.to_owned() } else { said.replace(token, "[secret]") };
    let said = said.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let said = said.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if said.is_empty() { status.to_string() } else { said.chars().take(SHOWN).collect() }
}

fn lost(error: reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::TimedOut;
    }
    Fault::Unreachable(crate::chain(&error.without_url()))
}
