//! `DataPlane`: the port on which databases are read and written. It finds the database and the rights of a request and runs it
//! with Hrana. Every double whose databases speak Hrana uses it. Doubles differ in how a request names its database and in
//! which requests they admit. Another kind of server starts a [`DataPlane`] with a [`Store`] that its own API fills, a [`Gate`]
//! and a [`Naming`].

use std::{io, net::SocketAddr, sync::Arc, sync::atomic::Ordering::SeqCst, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{
        HeaderMap, Method, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE, HOST},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use hyper::Request;
use tokio::{runtime::Handle, task::JoinHandle, time::interval};

use crate::{
    access::Gate,
    faults::{Fault, Faults, Scope},
    hrana::{Asked, Jobs, Streams, cursor, pipeline},
    refusal::Refusal,
    sockets::Sockets,
    store::Store,
    wire::{Answers, HungUp, Wire, with_fault},
};

/// How a request names its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// As on libsql-server: by the header `x-namespace`, else by the first label of the host.
    #[default]
    Namespace,
    /// As at Turso: by the first label of the host. The first segment of the path may name the host instead.
    Host,
}

/// Limits on time and size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// How long a stream may be unused before it ends.
    pub(crate) idle: Duration,
    /// How long a transaction may last before it must give way to others that want to write.
    pub(crate) transaction: Duration,
    /// Most bytes that the rows of an answer may take. A cursor has no limit.
    pub(crate) room: u64,
}

/// The parts of a data plane.
pub(crate) struct Parted<G> {
    pub(crate) store: Arc<Store>,
    pub(crate) gate: G,
    pub(crate) naming: Naming,
    pub(crate) bounds: Bounds,
    pub(crate) faults: Faults,
    pub(crate) sockets: Sockets,
}

/// A running data plane. Dropping it closes its port.
#[derive(Debug)]
pub(crate) struct DataPlane {
    wire: Wire,
    store: Arc<Store>,
    streams: Arc<Streams>,
    jobs: Jobs,
    expiring: JoinHandle<()>,
}

struct Desk<G> {
    parts: Parted<G>,
    streams: Arc<Streams>,
    jobs: Jobs,
}

impl DataPlane {
    /// Listens on `address`. Port 0 means any free port.
    pub(crate) async fn start<G: Gate>(on: &Handle, address: SocketAddr, parts: Parted<G>) -> io::Result<Self> {
        let (streams, jobs) = (Arc::new(Streams::new(parts.bounds.idle)), Jobs::new(parts.bounds.transaction));
        let (store, sockets) = (parts.store.clone(), parts.sockets.clone());
        let desk = Arc::new(Desk { parts, streams: streams.clone(), jobs: jobs.clone() });
        let wire = Wire::listen(on, address, sockets, desk).await?;
        let expiring = on.spawn(expire(streams.clone()));
        Ok(Self { wire, store, streams, jobs, expiring })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.wire.address()
    }

    /// Number of open streams.
    pub(crate) fn streams(&self) -> usize {
        self.streams.open()
    }

    /// Ends everything, as a crash does. Returns when the files are no longer used.
    pub(crate) async fn stop(self) {
        let Self { wire, store, streams, jobs, expiring } = self;
        expiring.abort();
        let ending = tokio::task::spawn_blocking({
            let jobs = jobs.clone();
            move || jobs.stop()
        });
        wire.stop().await;
        drop(ending.await);
        streams.close();
        store.close();
    }
}

async fn expire(streams: Arc<Streams>) {
    let mut ticks = interval(Duration::from_millis(20));
    loop {
        ticks.tick().await;
        streams.expire();
    }
}

impl<G: Gate> Answers for Desk<G> {
    async fn answer(&self, request: Request<Body>) -> Result<Response, HungUp> {
        let (head, body) = request.into_parts();
        let (key, path) = match self.parts.naming.find(&head) {
            Ok(found) => found,
            Err(refusal) => return Ok(refusal.into_response()),
        };
        if let Some(database) = self.parts.store.get(&key) {
            database.requests.fetch_add(1, SeqCst);
        }
        let fault = self.parts.faults.meet(&Scope::database(&key));
        let doing = async { self.serve(&key, &path, &head, body, fault).await.into_response() };
        with_fault(fault, || Refusal::no_database(&key), doing).await
    }

    fn refuses(&self) -> bool {
        self.parts.faults.refuses(&Scope::Databases)
    }
}

impl<G: Gate> Desk<G> {
    async fn serve(
        &self,
        key: &str,
        path: &str,
        head: &Parts,
        body: Body,
        fault: Option<Fault>,
    ) -> Result<Response, Refusal> {
        let is_hrana = ["/v3/pipeline", "/v3/cursor"].contains(&path);
        if !is_hrana {
            return known(path).ok_or(Refusal::bare(StatusCode::NOT_FOUND));
        }
        if head.method != Method::POST {
            return Err(Refusal::bare(StatusCode::METHOD_NOT_ALLOWED));
        }
        let asked = self.admit(key, &head.headers, fault)?;
        let body = to_bytes(body, usize::MAX).await.map_err(|_| Refusal::internal("Could not read request body"))?;
        match path {
            "/v3/cursor" => cursor(&self.streams, &asked, &body).await,
            _ => pipeline(&self.streams, &asked, &body).await,
        }
    }

    /// Checks whether the database exists and then the rights, in the order of libsql-server.
    fn admit(&self, key: &str, headers: &HeaderMap, fault: Option<Fault>) -> Result<Asked, Refusal> {
        let found = self.parts.store.find(key).map_err(Refusal::internal)?;
        let database = found.ok_or_else(|| Refusal::no_database(key))?;
        let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let access = self.parts.gate.admit(key, database.config().jwt_key.as_deref(), authorization)?;
        Ok(Asked { database, access, fault, jobs: self.jobs.clone(), room: self.parts.bounds.room })
    }
}

/// The answer on a path that needs no rights.
fn known(path: &str) -> Option<Response> {
    match path {
        "/health" => Some(StatusCode::OK.into_response()),
        "/version" => Some(Body::from("sqld 0.24.33 (double)").into_response()),
        "/v2" | "/v3" => {
            Some(([(CONTENT_TYPE, "text/plain")], "Hello, this is HTTP API v2 (Hrana over HTTP)").into_response())
        }
        _ => None,
    }
}

/// First segments of a path that do not name a host.
const OWN: [&str; 5] = ["", "health", "version", "v2", "v3"];

impl Naming {
    /// Returns the key of the database and the rest of the path.
    fn find(self, head: &Parts) -> Result<(String, String), Refusal> {
        let (path, header) = (head.uri.path(), |name: &str| {
            head.headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
        });
        let whole = path.strip_prefix('/').unwrap_or(path);
        let (first, rest) = whole.split_once('/').unwrap_or((whole, ""));
        match (self, header("x-namespace")) {
            (Self::Namespace, Some(namespace)) => return Ok((namespace.to_owned(), path.to_owned())),
            (Self::Host, _) if !OWN.contains(&first) => {
                return Ok((first_label(first).to_owned(), format!("/{rest}")));
            }
            _ => {}
        }
        let host = header(HOST.as_str()).filter(|host| host.contains('.')).ok_or_else(|| {
            let why = "host header should be in the format <namespace>.<...>";
            Refusal::error(StatusCode::BAD_REQUEST, format!("Invalid host header: `{why}`"))
        })?;
        Ok((first_label(host).to_owned(), path.to_owned()))
    }
}

fn first_label(host: &str) -> &str {
    host.split('.').next().unwrap_or(host)
}
