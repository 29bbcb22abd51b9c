//! libsql-server's admin API: creates, deletes, measures and configures databases, for callers with the admin key.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{
        StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use hyper::Request;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    config::{Config, Creation},
    faults::{Faults, Scope},
    jwt::Jwt,
    refusal::Refusal,
    store::{Database, Store},
    wire::{Answers, HungUp, with_fault},
};

/// Answers the requests on the admin port.
pub(crate) struct Admin {
    key: Option<String>,
    faults: Faults,
    router: Router,
}

type Answer<T> = Result<T, Refusal>;

impl Admin {
    pub(crate) fn new(store: Arc<Store>, key: Option<String>, faults: Faults) -> Self {
        let router = Router::new()
            .route("/", get("Welcome to the sqld admin API"))
            .route("/v1/namespaces/{namespace}", delete(remove))
            .route("/v1/namespaces/{namespace}/create", post(create))
            .route("/v1/namespaces/{namespace}/config", get(config).post(set_config))
            .route("/v1/namespaces/{namespace}/stats", get(stats))
            .fallback(|| async { [(CONTENT_TYPE, "application/grpc")] }) // 200, as the real one answers a wrong path
            .with_state(store);
        Self { key, faults, router }
    }

    fn admits<B>(&self, request: &Request<B>) -> bool {
        let Some(key) = &self.key else { return true };
        let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut words = given.split_whitespace();
        words.next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic")) && words.next() == Some(key)
    }
}

impl Answers for Admin {
    async fn answer(&self, request: Request<Body>) -> Result<Response, HungUp> {
        let fault = self.faults.meet(&Scope::Control);
        let router = self.admits(&request).then(|| self.router.clone());
        let doing = async {
            match router {
                Some(router) => router.oneshot(request).await.unwrap_or_else(|never| match never {}),
                None => StatusCode::UNAUTHORIZED.into_response(),
            }
        };
        with_fault(fault, || Refusal::bare(StatusCode::NOT_FOUND), doing).await
    }

    fn refuses(&self) -> bool {
        self.faults.refuses(&Scope::Control)
    }
}

async fn create(
    State(store): State<Arc<Store>>,
    Path(namespace): Path<String>,
    Json(creation): Json<Creation>,
) -> Answer<()> {
    let config = Config::from(creation);
    Jwt::new(config.jwt_key.as_deref())?;
    if store.create(&namespace, config).map_err(Refusal::internal)? {
        return Ok(());
    }
    Err(Refusal::error(StatusCode::BAD_REQUEST, format!("Namespace `{namespace}` already exists")))
}

async fn remove(State(store): State<Arc<Store>>, Path(namespace): Path<String>, _body: Bytes) -> Answer<()> {
    let is_gone = store.delete(&namespace).map_err(Refusal::internal)?;
    is_gone.then_some(()).ok_or_else(|| Refusal::no_database(&namespace))
}

async fn config(State(store): State<Arc<Store>>, Path(namespace): Path<String>) -> Answer<Json<Config>> {
    Ok(Json(find(&store, &namespace)?.config()))
}

async fn set_config(
    State(store): State<Arc<Store>>,
    Path(namespace): Path<String>,
    Json(config): Json<Config>,
) -> Answer<()> {
    Jwt::new(config.jwt_key.as_deref())?;
    find(&store, &namespace)?.set_config(config).map_err(Refusal::internal)
}

async fn stats(State(store): State<Arc<Store>>, Path(namespace): Path<String>) -> Answer<Json<Value>> {
    let database = find(&store, &namespace)?;
    Ok(Json(json!({
        "id": null,
        "rows_read_count": 0,
        "rows_written_count": 0,
        "storage_bytes_used": database.size().map_err(Refusal::internal)?,
        "write_requests_delegated": 0,
        "replication_index": database.frame.load(std::sync::atomic::Ordering::SeqCst),
        "top_queries": [],
        "slowest_queries": [],
        "embedded_replica_frames_replicated": 0,
        "query_count": database.requests.load(std::sync::atomic::Ordering::SeqCst),
        "elapsed_ms": 0.0,
        "queries": null,
    })))
}

fn find(store: &Store, namespace: &str) -> Answer<Arc<Database>> {
    store.find(namespace).map_err(Refusal::internal)?.ok_or_else(|| Refusal::no_database(namespace))
}
