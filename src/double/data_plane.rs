//! Where databases are read and written: finds the database and the rights of a request, and has Hrana do it. Used by every
//! double whose databases speak Hrana; they differ in how a request names its database and in who is let in. Another kind of
//! server brings a [`Store`] that its own API fills, a [`Gate`] and a [`Naming`], and starts a [`DataPlane`] with them.

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
    /// libsql-server's way: the header `x-namespace`, else the first label of the host.
    #[default]
    Namespace,
    /// Turso's way: the first label of the host, which may stand as the first segment of the path.
    Host,
}

/// How long things last, and how large they may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Until a stream that is not used ends.
    pub(crate) idle: Duration,
    /// Until a transaction must give way to others that want to write.
    pub(crate) transaction: Duration,
    /// How many bytes the rows of an answer may take; a cursor's may take any.
    pub(crate) room: u64,
}

/// What a data plane is made of.
pub(crate) struct Parted<G> {
    pub(crate) store: Arc<Store>,
    pub(crate) gate: G,
    pub(crate) naming: Naming,
    pub(crate) bounds: Bounds,
    pub(crate) faults: Faults,
    pub(crate) sockets: Sockets,
}

/// A data plane that runs. Dropping it closes its port.
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
    /// Listens on `address`; port 0 is any that is free.
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

    /// How many streams are open.
    pub(crate) fn streams(&self) -> usize {
        self.streams.open()
    }

    /// Breaks off everything, as a crash does; returns when nothing touches the files any more.
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

    /// First whether there is such a database, then who asks: so does libsql-server.
    fn admit(&self, key: &str, headers: &HeaderMap, fault: Option<Fault>) -> Result<Asked, Refusal> {
        let found = self.parts.store.find(key).map_err(Refusal::internal)?;
        let database = found.ok_or_else(|| Refusal::no_database(key))?;
        let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let access = self.parts.gate.admit(key, database.config().jwt_key.as_deref(), authorization)?;
        Ok(Asked { database, access, fault, jobs: self.jobs.clone(), room: self.parts.bounds.room })
    }
}

/// What is answered to anybody.
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

/// The first segments of paths that stand for no host.
const OWN: [&str; 5] = ["", "health", "version", "v2", "v3"];

impl Naming {
    /// The key of the database, and the path that is left.
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
