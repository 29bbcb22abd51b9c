//! `/healthz`: the process runs. `/readyz`: it can answer, and is not about to stop. For load balancers, on every host.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::extract::State;
use backend::Backend;
use domain::{Code, Problem};

use crate::http::problem::Refusal;

/// Whether the server has begun to stop. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// From now on the server is not ready.
    pub(crate) fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// 200 as long as anything runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// 200 if a request would be answered now.
pub(crate) async fn readyz(State((backend, stopping)): State<(Backend, Stopping)>) -> Result<&'static str, Refusal> {
    if stopping.0.load(Ordering::Relaxed) {
        let stops = Problem { retry_after: Some(1), ..Problem::detail(Code::Unavailable, "The server is stopping.") };
        return Err(stops.into());
    }
    backend.ready()?;
    Ok("ready\n")
}
