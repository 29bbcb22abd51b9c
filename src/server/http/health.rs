//! `/healthz` answers while the process runs. `/readyz` answers 200 while the server takes requests and is not stopping. Both
//! are for load balancers and exist on every host.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::extract::State;
use backend::Backend;
use domain::{Code, Problem};

use crate::http::problem::Refusal;

/// Whether the server has begun to stop. All clones share one flag.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// Makes `/readyz` answer 503 from now on.
    pub(crate) fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Answers 200 while the process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Answers 200 if the backend is ready and the server is not stopping.
pub(crate) async fn readyz(State((backend, stopping)): State<(Backend, Stopping)>) -> Result<&'static str, Refusal> {
    if stopping.0.load(Ordering::Relaxed) {
        let stops = Problem { retry_after: Some(1), ..Problem::detail(Code::Unavailable, "The server is stopping.") };
        return Err(stops.into());
    }
    backend.ready()?;
    Ok("ready\n")
}
