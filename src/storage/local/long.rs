//! Reads that may take long. Each has its own connection and its own thread, so that neither a worker thread nor the database's
//! reader waits for it. Their number is limited for each database and for the whole process. A read that takes too long is
//! ended, and so is one whose caller is gone.

use std::{
    convert::Infallible,
    path::Path,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
    time::Duration,
};

use libsql::Value;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot},
    time::{sleep, timeout},
};

use super::connection::{Connection, Interrupter};
use crate::{Result, Rows, StorageError};

/// Most long reads of one database at once. One tenant leaves the other processors to the other tenants.
const AT_ONCE: u32 = 1;
/// Most long reads of the whole process at once: one for each processor. They read data that is mostly in memory, so more of
/// them would only make each one slower. At least two, so that one tenant cannot hold up all others.
static IN_ALL: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(available_parallelism().map_or(2, |count| count.get().max(2)))));
/// How long a read waits in total for those before it, of its database and of all others.
const WAIT: Duration = Duration::from_secs(1);
/// How long a read may take.
const DEADLINE: Duration = Duration::from_millis(500);
/// Interval at which an interrupt is repeated. SQLite forgets an interrupt that comes between two steps of a statement.
const AGAIN: Duration = Duration::from_millis(2);
/// Added to the nice value of the threads, so that the point reads of all tenants go first.
const NICENESS: i32 = 10;

/// The long reads of one database.
pub(super) struct LongReads {
    places: Arc<Semaphore>,
    /// The permits of the whole process.
    in_all: Arc<Semaphore>,
    stop: Arc<Notify>,
}

/// A permit of the whole process and one of the database. They are released in this order.
type Places = (OwnedSemaphorePermit, OwnedSemaphorePermit);

/// One long read, shared by its thread and the task that may end it.
struct Running(Mutex<Phase>);

enum Phase {
    Waiting,
    Reading(Interrupter),
    Over,
}

impl LongReads {
    pub(super) fn new() -> Self {
        Self::among(Arc::clone(&IN_ALL))
    }

    fn among(in_all: Arc<Semaphore>) -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE as usize)), in_all, stop: Arc::default() }
    }

    /// Runs one reading statement.
    pub(super) async fn run(&self, path: &Path, sql: String, params: Vec<Value>) -> Result<Rows> {
        self.run_within(DEADLINE, path, sql, params).await
    }

    async fn run_within(&self, deadline: Duration, path: &Path, sql: String, params: Vec<Value>) -> Result<Rows> {
        let mut stopped = Box::pin(Arc::clone(&self.stop).notified_owned()); // counts from now on
        let places = tokio::select! {
            places = timeout(WAIT, self.places()) => places.map_err(|_late| StorageError::Busy)??,
            () = &mut stopped => return Err(StorageError::TimedOut),
        };
        let (running, path) = (Arc::new(Running(Mutex::new(Phase::Waiting))), path.to_owned());
        let (_waited_for, given_up) = oneshot::channel::<Infallible>(); // dropped with this future
        tokio::spawn(end(Arc::clone(&running), deadline, given_up, stopped));
        let (answer, answered) = oneshot::channel();
        let work = move || drop(answer.send(running.read(&path, &sql, params, places)));
        std::thread::Builder::new().name("long-read".into()).spawn(work)?;
        answered.await.map_err(|_panicked| StorageError::Lost("a long read ended before its answer".into()))?
    }

    /// Waits for the permit of the database first. So only one read of a tenant waits among those of all others.
    async fn places(&self) -> Result<Places> {
        let own = Arc::clone(&self.places).acquire_owned().await.map_err(|_closed| closed())?;
        let of_all = Arc::clone(&self.in_all).acquire_owned().await.map_err(|_closed| closed())?;
        Ok((of_all, own))
    }

    /// Ends all reads that run or wait.
    pub(super) fn interrupt(&self) {
        self.stop.notify_waiters();
    }

    /// Ends all reads, waits until they are over, and lets no other begin.
    pub(super) async fn close(&self) {
        self.interrupt();
        if let Ok(all) = self.places.acquire_many(AT_ONCE).await {
            all.forget();
        }
        self.places.close();
    }
}

/// Ends a read when its time is over, its caller is gone, or all reads are stopped.
async fn end(
    running: Arc<Running>,
    deadline: Duration,
    given_up: oneshot::Receiver<Infallible>,
    stopped: impl Future<Output = ()>,
) {
    let is_late = tokio::select! {
        () = sleep(deadline) => true,
        _ = given_up => false,
        () = stopped => false,
    };
    if is_late && !running.is_over() {
        tracing::warn!(?deadline, "a long read exceeded its deadline and was ended");
    }
    while running.interrupt() {
        sleep(AGAIN).await;
    }
}

impl Running {
    /// Opens a connection and reads. The permits are held as long as the connection is open.
    fn read(&self, path: &Path, sql: &str, params: Vec<Value>, places: Places) -> Result<Rows> {
        // On Linux this sets the priority of the calling thread alone. If it is refused, the thread still works.
        let _ = rustix::process::setpriority_process(None, NICENESS);
        let connection = Connection::reader(path)?;
        self.begin(&connection)?;
        let rows = connection.ask_with(sql, params);
        *self.phase() = Phase::Over; // drops the interrupter before the connection
        drop(connection);
        drop(places);
        rows
    }

    fn begin(&self, connection: &Connection) -> Result<()> {
        let mut phase = self.phase();
        match *phase {
            Phase::Over => Err(StorageError::TimedOut),
            Phase::Waiting | Phase::Reading(_) => {
                *phase = Phase::Reading(connection.interrupter());
                Ok(())
            }
        }
    }

    /// Interrupts the statement, or keeps it from beginning. Returns whether this must be repeated.
    fn interrupt(&self) -> bool {
        let mut phase = self.phase();
        match &*phase {
            Phase::Waiting => *phase = Phase::Over,
            Phase::Reading(interrupter) => interrupter.interrupt(),
            Phase::Over => {}
        }
        matches!(*phase, Phase::Reading(_))
    }

    fn is_over(&self) -> bool {
        matches!(*self.phase(), Phase::Over)
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> StorageError {
    StorageError::Lost("the database is closed".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
    const LATER: Duration = Duration::from_mins(10);

    struct Scene {
        long: Arc<LongReads>,
        path: std::path::PathBuf,
        _folder: tempfile::TempDir,
    }

    impl Scene {
        fn new() -> Self {
            Self::among(&Arc::new(Semaphore::new(2)))
        }

        fn among(in_all: &Arc<Semaphore>) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("x.db");
            drop(Connection::create(&path).unwrap());
            Self { long: Arc::new(LongReads::among(Arc::clone(in_all))), path, _folder: folder }
        }

        /// Begins a read that would outlast the tests, and waits until it has its permit.
        async fn begin_endless(&self) -> tokio::task::JoinHandle<Result<Rows>> {
            let (long, path) = (Arc::clone(&self.long), self.path.clone());
            let reading = tokio::spawn(async move { long.run_within(LATER, &path, ENDLESS.into(), vec![]).await });
            while self.long.places.available_permits() > 0 {
                sleep(AGAIN).await;
            }
            reading
        }

        async fn one(&self) -> Result<i64> {
            let rows = self.long.run_within(LATER, &self.path, "SELECT ?1".into(), vec![Value::Integer(1)]).await?;
            rows.first().unwrap().get(0)
        }
    }

    #[tokio::test]
    async fn a_read_past_its_deadline_is_ended_and_the_next_has_its_turn() {
        let scene = Scene::new();
        let soon = Duration::from_millis(20);
        let ended = scene.long.run_within(soon, &scene.path, ENDLESS.into(), vec![]).await;
        assert!(matches!(ended, Err(StorageError::TimedOut)));
        assert_eq!(scene.one().await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_read_that_nobody_waits_for_is_ended() {
        let scene = Scene::new();
        let reading = scene.begin_endless().await;
        reading.abort();
        assert!(reading.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(scene.one().await.unwrap(), 1, "the place is free again");
    }

    #[tokio::test]
    async fn a_read_waits_for_the_one_before_it_but_not_for_long() {
        let scene = Scene::new();
        let reading = scene.begin_endless().await;
        assert!(matches!(scene.one().await, Err(StorageError::Busy)));
        scene.long.interrupt();
        assert!(matches!(reading.await.unwrap(), Err(StorageError::TimedOut)));
        assert_eq!(scene.one().await.unwrap(), 1);
    }

    #[tokio::test]
    async fn the_reads_of_many_workspaces_are_few_in_all_and_none_waits_for_long() {
        let in_all = Arc::new(Semaphore::new(2));
        let [one, two, three] = [(); 3].map(|()| Scene::among(&in_all));
        let (_first, second) = (one.begin_endless().await, two.begin_endless().await);
        assert!(matches!(three.one().await, Err(StorageError::Busy)), "both places are taken");
        two.long.interrupt();
        assert!(matches!(second.await.unwrap(), Err(StorageError::TimedOut)));
        assert_eq!(three.one().await.unwrap(), 1);
        one.long.close().await;
        assert_eq!(in_all.available_permits(), 2);
    }

    #[tokio::test]
    async fn closing_does_not_wait_for_a_read_that_has_no_place_among_all() {
        let in_all = Arc::new(Semaphore::new(1));
        let [one, two] = [(); 2].map(|()| Scene::among(&in_all));
        let _first = one.begin_endless().await;
        let waiting = two.begin_endless().await;
        two.long.close().await;
        assert!(matches!(waiting.await.unwrap(), Err(StorageError::TimedOut)));
        one.long.close().await;
    }

    #[tokio::test]
    async fn closing_ends_the_read_that_runs_and_lets_no_other_begin() {
        let scene = Scene::new();
        let reading = scene.begin_endless().await;
        scene.long.close().await;
        assert!(matches!(reading.await.unwrap(), Err(StorageError::TimedOut)));
        assert!(matches!(scene.one().await, Err(StorageError::Lost(_))));
    }

    #[tokio::test]
    async fn a_long_read_counts_its_parameters_and_cannot_write() {
        let scene = Scene::new();
        let run = async |sql: &str| scene.long.run(&scene.path, sql.into(), vec![]).await.err().unwrap();
        assert!(matches!(run("SELECT ?1").await, StorageError::Parameters { takes: 1, given: 0, .. }));
        assert!(matches!(run("CREATE TABLE x (y)").await, StorageError::ReadOnly));
    }
}
