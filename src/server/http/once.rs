//! `Once`: handles a form only once if it is sent twice. Without JavaScript, two clicks make a browser drop the first request
//! and show the answer to the second. That answer would say that the name is taken, or would lack the one-time password. Each
//! form has a key, which is new each time it is rendered. A request with the same key, URL, session and content as an earlier
//! one gets the earlier answer, also while the first request is still running.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::digest::{Context, SHA256};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{
        Extensions, HeaderMap, Method, StatusCode,
        header::{ACCEPT, AUTHORIZATION, HOST},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use domain::Code;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tracing::Instrument;
use url::form_urlencoded;

use crate::http::{auth, body, problem::Refusal, route_class::RouteClass};

/// How long an answer is kept.
const LASTS: SignedDuration = SignedDuration::from_mins(2);
/// Most answers that are kept. A form beyond this limit is handled without `Once`.
const ROOM: usize = 4096;
/// Length of a key: 128 bits in base64.
const KEY: usize = 22;

/// A digest that identifies a request. The content of the request is not kept.
type Fingerprint = [u8; 32];

/// The recently sent forms, by their fingerprint.
#[derive(Clone, Default)]
pub(crate) struct Once(Arc<Mutex<HashMap<Fingerprint, Sent>>>);

/// A form that was sent, and its answer once there is one.
struct Sent {
    answer: Receiver,
    until: Timestamp,
}

/// Receives the answer of the first request.
type Receiver = watch::Receiver<Option<Answer>>;

/// A copy of an answer that can be sent again.
#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
}

/// Whether the request is a form that may have a key.
pub(crate) fn is_form(request: &Request) -> bool {
    *request.method() == Method::POST
        && RouteClass::of(request.extensions()) == RouteClass::Function
        && body::expect_media_type(request.headers(), body::FORM).is_ok()
}

impl Once {
    /// Answers a form: with the answer of its first request if there was one, else with the handler's.
    pub(crate) async fn answer<F>(&self, now: Timestamp, form: Request, handler: impl FnOnce(Request) -> F) -> Response
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let (parts, body) = form.into_parts();
        let body = match body::read(body).await {
            Ok(body) => body,
            Err(refusal) => return refusal.into_response(),
        };
        let fingerprint = has_key(&body).then(|| fingerprint(&parts, &body));
        let form = Request::from_parts(parts, body.into());
        match fingerprint {
            Some(fingerprint) => self.first(fingerprint, now, handler(form)).await,
            None => handler(form).await,
        }
    }

    /// Runs the first request in a task of its own, because a browser that sends a form again drops its first request. Later
    /// requests wait for the same answer.
    async fn first(
        &self,
        fingerprint: Fingerprint,
        now: Timestamp,
        answer: impl Future<Output = Response> + Send + 'static,
    ) -> Response {
        let Some((mut first, begin)) = self.enter(fingerprint, now) else { return answer.await };
        if let Some(sender) = begin {
            let all = self.clone();
            let work = async move {
                let answer = Answer::of(answer.await).await;
                if !answer.is_done() {
                    all.forget(&fingerprint); // a failed form may be sent again
                }
                sender.send_replace(Some(answer));
            };
            tokio::spawn(work.in_current_span());
        }
        let answer = first.wait_for(Option::is_some).await.ok().and_then(|answer| answer.clone());
        answer.map_or_else(
            || {
                self.forget(&fingerprint);
                Refusal::from(Code::Internal).into_response() // the handler panicked, and the panic is logged
            },
            Answer::into_response,
        )
    }

    /// Returns where the answer arrives, and for the first request also where to send it. `None` means that there is no room.
    fn enter(
        &self,
        fingerprint: Fingerprint,
        now: Timestamp,
    ) -> Option<(Receiver, Option<watch::Sender<Option<Answer>>>)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sent) = all.get(&fingerprint).filter(|sent| sent.until > now) {
            return Some((sent.answer.clone(), None));
        }
        if all.len() >= ROOM {
            all.retain(|_, sent| sent.until > now);
        }
        let (sender, answer) = watch::channel(None);
        (all.len() < ROOM).then(|| {
            all.insert(fingerprint, Sent { answer: answer.clone(), until: now + LASTS });
            (answer, Some(sender))
        })
    }

    fn forget(&self, fingerprint: &Fingerprint) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(fingerprint);
    }
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default(); // reads a page of this server, which is in memory
        Self { status: parts.status, headers: parts.headers, extensions: parts.extensions, body }
    }

    /// Whether the form was accepted, or shown again. A form that is shown again has a new key.
    fn is_done(&self) -> bool {
        self.status.is_success() || self.status.is_redirection()
    }

    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        *response.extensions_mut() = self.extensions;
        response
    }
}

fn has_key(body: &[u8]) -> bool {
    form_urlencoded::parse(body).any(|(name, value)| name == app::KEY_FIELD && value.len() == KEY)
}

/// The digest of the parts that two requests of one form share and no other request has: URL, session and content.
fn fingerprint(parts: &Parts, body: &[u8]) -> Fingerprint {
    let session = auth::cookie(&parts.headers).unwrap_or_default();
    let target = parts.uri.to_string();
    let mut context = Context::new(&SHA256);
    let headers = [HOST, ACCEPT, AUTHORIZATION].map(|name| joined(&parts.headers, &name));
    let texts = [target.as_bytes(), session.as_bytes(), body];
    for text in texts.into_iter().chain(headers.iter().map(Vec::as_slice)) {
        context.update(&text.len().to_le_bytes());
        context.update(text);
    }
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(context.finish().as_ref());
    fingerprint
}

fn joined(headers: &HeaderMap, name: &axum::http::HeaderName) -> Vec<u8> {
    headers.get_all(name).iter().flat_map(|value| [value.as_bytes(), b"\n"].concat()).collect()
}
