//! Password hashing: Argon2id on a few threads with low priority. A flood of sign-ins can therefore not take the memory or the
//! processor from other requests. Jobs wait in a `FairQueue` for at most two seconds. Each verification costs one hash with the
//! fixed parameters, whatever the database holds.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::Secret;
use tokio::{sync::oneshot, time::timeout};

use crate::{
    Error,
    auth::argon,
    auth::fair_queue::{FairQueue, Full, Share},
};

/// How long a job may wait.
const PATIENCE: Duration = Duration::from_secs(2);
/// Added to the nice value of the threads.
const NICENESS: i32 = 10;

/// The threads and their queue. The threads end when it is dropped.
pub(crate) struct Hasher(Arc<Shared>);

/// The state that callers and threads share.
struct Shared {
    state: Mutex<State>,
    came: Condvar,
}

struct State {
    waiting: FairQueue<Job>,
    is_closed: bool,
}

struct Job {
    password: Secret,
    task: Task,
    /// For `Hash` it carries the PHC string. For `Verify`, `Some` means that the password is right.
    answer: oneshot::Sender<Option<String>>,
}

enum Task {
    Hash([u8; 16]),
    Verify(Option<String>),
}

impl Hasher {
    /// Starts one thread for each processor.
    pub(crate) fn start() -> std::io::Result<Self> {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let hasher = Self(Arc::new(Shared {
            state: Mutex::new(State { waiting: FairQueue::new(), is_closed: false }),
            came: Condvar::new(),
        }));
        for number in 0..threads {
            let shared = hasher.0.clone();
            std::thread::Builder::new().name(format!("hasher-{number}")).spawn(move || shared.work())?;
        }
        Ok(hasher)
    }

    /// Returns the PHC string of a new password.
    pub(crate) async fn hash(&self, share: Share, password: &Secret, salt: [u8; 16]) -> Result<String, Error> {
        let hash = self.ask(share, password, Task::Hash(salt)).await?;
        hash.ok_or_else(|| Error::Internal("argon2 refused the password".into()))
    }

    /// Whether the password matches the hash. Without a valid hash the answer is no, and it takes the same time.
    pub(crate) async fn verify(&self, share: Share, password: &Secret, hash: Option<&str>) -> Result<bool, Error> {
        Ok(self.ask(share, password, Task::Verify(hash.map(str::to_owned))).await?.is_some())
    }

    async fn ask(&self, share: Share, password: &Secret, task: Task) -> Result<Option<String>, Error> {
        const GONE: &str = "the job lost its place in the hashing queue to another tenant, or the server is stopping";
        let (answer, mut answered) = oneshot::channel();
        let number = self.0.wait(share, Job { password: password.clone(), task, answer })?;
        let place = Place { shared: &self.0, share, number };
        match timeout(PATIENCE, &mut answered).await {
            Ok(done) => done.map_err(|_| Error::busy(GONE)),
            Err(_) if place.leave() => Err(Error::busy("password hashing had no turn in time")),
            Err(_) => answered.await.map_err(|_| Error::busy(GONE)), // a thread has taken the job
        }
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.0.state().is_closed = true;
        self.0.came.notify_all();
    }
}

/// A place in the queue. Dropping it removes the job, so that other jobs can use the place.
struct Place<'a> {
    shared: &'a Shared,
    share: Share,
    number: u64,
}

impl Place<'_> {
    /// Removes the job. Returns whether it was still waiting.
    fn leave(&self) -> bool {
        self.shared.state().waiting.remove(self.share, self.number).is_some()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Shared {
    /// Locks the state. A poisoned lock is safe to use, because no panic can leave the queue half changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, share: Share, job: Job) -> Result<u64, Error> {
        let number = self.state().waiting.push(share, job)?;
        self.came.notify_one();
        Ok(number)
    }

    /// Runs jobs until the hasher is closed.
    fn work(&self) {
        // On Linux this sets the priority of the calling thread only. The thread works even if it is refused.
        let _ = rustix::process::setpriority_process(None, NICENESS);
        while let Some(Job { password, task, answer }) = self.next() {
            let done = match task {
                Task::Hash(salt) => argon::hash(&password, &salt),
                Task::Verify(hash) => argon::verify(&password, hash.as_deref()).then(String::new),
            };
            let _ = answer.send(done); // an error means that the caller has gone
        }
    }

    /// Waits for the next job. `None` means that the hasher is closed.
    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        while !state.is_closed {
            if let Some(job) = state.waiting.pop() {
                return Some(job);
            }
            state = self.came.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }
}

impl From<Full> for Error {
    fn from(full: Full) -> Self {
        match full {
            Full::OwnShare => Self::TooManyRequests { why: "its share of the hashing queue is full", retry_after: 1 },
            Full::Everyone => Self::busy("the queue for password hashing is full"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::fair_queue::Class;

    fn share(class: Class, tenant: u8) -> Share {
        Share { class, tenant: Some(domain::TenantId::new(0, &[tenant; 10])), network: None }
    }

    #[tokio::test]
    async fn a_password_is_hashed_and_verified() {
        let hasher = Hasher::start().unwrap();
        let [right, wrong] = ["correct horse", "wrong horse"].map(|text| Secret::from(text.to_owned()));
        let own = share(Class::SignIn, 1);
        let hash = hasher.hash(own, &right, [7; 16]).await.unwrap();
        assert!(hasher.verify(own, &right, Some(&hash)).await.unwrap());
        assert!(!hasher.verify(own, &wrong, Some(&hash)).await.unwrap());
        assert!(!hasher.verify(own, &right, None).await.unwrap());
    }

    #[tokio::test]
    async fn a_hundred_people_added_at_once_bar_nobody_from_signing_in() {
        let hasher = Arc::new(Hasher::start().unwrap());
        let password = Secret::from("correct horse".to_owned());
        let mut adding = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (hasher, password) = (hasher.clone(), password.clone());
            adding.spawn(async move { hasher.hash(share(Class::People, 1), &password, [7; 16]).await });
        }
        tokio::task::yield_now().await; // all of them are queued or refused before a user signs in
        for tenant in [1, 2] {
            assert!(!hasher.verify(share(Class::SignIn, tenant), &password, None).await.unwrap());
        }
        let refused: Vec<_> = adding.join_all().await.into_iter().filter_map(Result::err).collect();
        assert!(!refused.is_empty());
        assert!(refused.iter().all(|error| matches!(error, Error::TooManyRequests { retry_after: 1, .. })));
    }

    #[tokio::test]
    async fn whoever_leaves_gives_the_place_to_others() {
        let no_threads =
            Shared { state: Mutex::new(State { waiting: FairQueue::new(), is_closed: false }), came: Condvar::new() };
        let hasher = Hasher(Arc::new(no_threads));
        let password = Secret::from("correct horse".to_owned());
        for _ in 0..200 {
            let waiting = hasher.hash(share(Class::People, 1), &password, [7; 16]);
            assert!(timeout(Duration::ZERO, waiting).await.is_err(), "it waits, and has a place to wait in");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_two_seconds_is_refused_then_whatever_the_threads_do() {
        let no_threads =
            Shared { state: Mutex::new(State { waiting: FairQueue::new(), is_closed: false }), came: Condvar::new() };
        let hasher = Hasher(Arc::new(no_threads));
        let began = tokio::time::Instant::now();
        let refused = hasher.verify(share(Class::SignIn, 1), &Secret::default(), None).await;
        assert!(matches!(refused, Err(Error::Unavailable { retry_after: 1, .. })), "{refused:?}");
        assert_eq!(began.elapsed().as_secs(), PATIENCE.as_secs());
    }
}
