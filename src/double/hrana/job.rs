//! Work on blocking threads. It is counted, so that a server that stops knows when its files are no longer used.

use std::sync::{
    Arc, Condvar, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::SeqCst},
};
use std::time::Duration;

use tokio::task::spawn_blocking;

use crate::{
    access::Access,
    connection::Connection,
    faults::Fault,
    refusal::Refusal,
    store::{Database, lock},
};

/// The jobs of one server. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Jobs(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    running: Mutex<usize>,
    ended: Condvar,
    stopped: AtomicBool,
    /// How long a transaction may keep others from writing, if its database sets nothing else.
    transaction: Duration,
}

/// The context of one request: its database, its rights and its fault.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) database: Arc<Database>,
    pub(crate) access: Access,
    pub(crate) fault: Option<Fault>,
    pub(crate) jobs: Jobs,
    /// Most bytes that the rows of an answer may take.
    pub(crate) room: u64,
}

/// One program to run.
pub(crate) struct Job {
    pub(crate) connection: Arc<Mutex<Connection>>,
    pub(crate) database: Arc<Database>,
    pub(crate) fault: Option<Fault>,
    given_up: Arc<AtomicBool>,
    jobs: Jobs,
}

impl Jobs {
    pub(crate) fn new(transaction: Duration) -> Self {
        let (running, ended, stopped) = (Mutex::new(0), Condvar::new(), AtomicBool::new(false));
        Self(Arc::new(Shared { running, ended, stopped, transaction }))
    }

    /// Runs `work` on a blocking thread.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
        *lock(&self.0.running) += 1;
        let running = Running(self.clone());
        let work = move || {
            let outcome = work();
            drop(running);
            outcome
        };
        spawn_blocking(work).await.map_err(Refusal::internal)
    }

    /// Makes waiting jobs give up, and returns when no job runs any more. Blocking.
    pub(crate) fn stop(&self) {
        self.0.stopped.store(true, SeqCst);
        let running = lock(&self.0.running);
        drop(self.0.ended.wait_while(running, |running| *running > 0).unwrap_or_else(PoisonError::into_inner));
    }
}

struct Running(Jobs);

impl Drop for Running {
    fn drop(&mut self) {
        *lock(&self.0.0.running) -= 1;
        self.0.0.ended.notify_all();
    }
}

impl Asked {
    /// A job on a stream's connection. Dropping the second value ends the job's waiting when the client is gone.
    pub(crate) fn job(&self, connection: Arc<Mutex<Connection>>) -> (Job, GivesUp) {
        let given_up = Arc::new(AtomicBool::new(false));
        let (database, jobs) = (self.database.clone(), self.jobs.clone());
        let job = Job { connection, database, fault: self.fault, given_up: given_up.clone(), jobs };
        (job, GivesUp(given_up))
    }
}

impl Job {
    /// Whether the job should go on waiting.
    pub(crate) fn goes_on(&self) -> bool {
        !self.given_up.load(SeqCst) && !self.jobs.0.stopped.load(SeqCst)
    }

    /// How long a transaction may keep others from writing.
    pub(crate) fn transaction(&self) -> Duration {
        self.database.config().transaction().unwrap_or(self.jobs.0.transaction)
    }
}

/// Makes a job give up when this is dropped.
pub(crate) struct GivesUp(Arc<AtomicBool>);

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}
