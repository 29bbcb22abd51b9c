//! `/api/docs`: the API's description as a page. It needs no session and is the largest page of the server. The latest pages
//! are cached as they are sent, so that a repeated request costs neither rendering nor compression.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::{PageContext, ProblemPlace};
use axum::{
    Extension,
    body::Bytes,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
    response::{Html, IntoResponse, Response},
};
use backend::{Backend, SignUpPolicy, Visitor};
use domain::{Code, TenantId, User};
use http_body_util::BodyExt;
use lru::LruCache;

use super::document::DOCUMENT;
use crate::http::{
    accept::encoding_quality,
    auth::authenticate,
    compression::Encodings,
    headers::FilesAsScripts,
    host::{NamedBy, TenantResolution, resolve},
    problem::Refusal,
    route_class::RouteClass,
};

/// Most pages in the cache, about 5 MB in all.
const MANY: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// The cache of the pages for clients that are not signed in.
#[derive(Clone)]
pub(crate) struct Docs {
    backend: Backend,
    kept: Arc<Mutex<LruCache<Key, Kept>>>,
}

/// Everything in which two cached pages can differ.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    tenant: Option<(TenantId, String)>,
    encoding: &'static str,
}

/// A page as it is sent.
#[derive(Clone)]
struct Kept {
    encoding: Option<HeaderValue>,
    body: Bytes,
}

/// `GET /api/docs`. A tenant's own host gets a page with the tenant's name, and with its address in the examples.
pub(crate) async fn docs(
    State(docs): State<Docs>,
    Extension(page): Extension<PageContext>,
    request: Request,
) -> Response {
    let mut answer = answer(docs, page, request).await;
    answer.extensions_mut().insert(FilesAsScripts);
    answer
}

async fn answer(docs: Docs, page: PageContext, request: Request) -> Response {
    let backend = &docs.backend;
    let visitor = visitor(backend, &request);
    let key = Key::of(visitor.as_ref(), request.headers());
    let user = match &visitor {
        Some(visitor) => user(visitor, request).await,
        None => None,
    };
    if user.is_none()
        && let Some(kept) = docs.kept().get(&key).cloned()
    {
        return kept.into_response();
    }
    let open = backend.sign_up_policy() == SignUpPolicy::Open;
    let place = visitor.as_ref().map_or(ProblemPlace::Site { base_url: backend.base_url(), open }, |visitor| {
        ProblemPlace::Workspace(visitor, user.as_ref())
    });
    let answer = Html(app::api_docs_page(&DOCUMENT, &page, place)).into_response();
    if user.is_some() { answer } else { docs.keep(key, answer).await }
}

impl Docs {
    pub(crate) fn new(backend: Backend) -> Self {
        Self { backend, kept: Arc::new(Mutex::new(LruCache::new(MANY))) }
    }

    /// Locks the cache. A poisoned lock is safe to use: no change leaves the cache incomplete.
    fn kept(&self) -> MutexGuard<'_, LruCache<Key, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn keep(&self, key: Key, answer: Response) -> Response {
        let (parts, body) = Encodings::one(key.encoding).compress(answer).await.into_parts();
        let Ok(whole) = body.collect().await else { return Refusal::from(Code::Internal).into_response() };
        let kept = Kept { encoding: parts.headers.get(CONTENT_ENCODING).cloned(), body: whole.to_bytes() };
        self.kept().put(key, kept.clone());
        kept.into_response()
    }
}

impl Key {
    fn of(visitor: Option<&Visitor>, headers: &HeaderMap) -> Self {
        let tenant = visitor.map(|visitor| (visitor.id(), visitor.display_name().to_string()));
        let taken = ["gzip", "br"].map(|encoding| (encoding_quality(headers, encoding), encoding));
        let best = taken.into_iter().filter(|(quality, _)| *quality > 0).max_by_key(|(quality, _)| *quality);
        let encoding = best.map_or("identity", |(_, encoding)| encoding);
        Self { tenant, encoding }
    }
}

impl IntoResponse for Kept {
    fn into_response(self) -> Response {
        let mut response = ([(CONTENT_TYPE, "text/html; charset=utf-8")], self.body).into_response();
        if let Some(encoding) = self.encoding {
            response.headers_mut().insert(CONTENT_ENCODING, encoding);
        }
        response
    }
}

/// The tenant of the request's host. `None` if the host names no tenant, or one that is not open.
fn visitor(backend: &Backend, request: &Request) -> Option<Visitor> {
    let class = RouteClass::of(request.extensions());
    match resolve(backend.base_url(), class, request.uri(), request.headers()) {
        Ok(TenantResolution::Tenant(name, NamedBy::Host)) => backend.visit(&name).ok(),
        _ => None,
    }
}

/// The signed-in user. The page then has the same navigation as every other page.
async fn user(visitor: &Visitor, request: Request) -> Option<User> {
    let (mut parts, _) = request.into_parts();
    parts.extensions.insert(TenantResolution::Tenant(visitor.name().clone(), NamedBy::Host));
    parts.extensions.insert(visitor.clone());
    Some(authenticate(&parts).await.ok()?.user().clone())
}
