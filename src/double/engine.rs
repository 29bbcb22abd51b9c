//! Runs a server on its own threads, so that a test that blocks its runtime does not stop the server that it waits for.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime of one double. Dropping it ends its tasks, and it may be dropped anywhere.
#[derive(Debug)]
pub(crate) struct Engine {
    /// `None` only while this is dropped.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Engine {
    pub(crate) fn start(threads: usize) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(threads).thread_name("double").enable_all().build()?;
        let handle = runtime.handle().clone();
        Ok(Self { runtime: Some(runtime), handle })
    }

    /// Handle to spawn tasks with.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // a plain drop waits, and so panics within a runtime
        }
    }
}
