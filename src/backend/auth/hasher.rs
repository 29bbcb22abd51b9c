//! Password hashing: Argon2id on a few low-priority threads of its own, so that a flood of sign-ins can neither take the
//! memory nor the processor from those who are in. Work waits in a `FairQueue`, for two seconds at most. Each answer costs
//! one hash of the set cost, whatever is in the database.

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

/// How long one may wait.
const PATIENCE: Duration = Duration::from_secs(2);
/// Added to the threads' nice value.
const NICENESS: i32 = 10;

/// The threads and their queue. The threads end when it is dropped.
pub(crate) struct Hasher(Arc<Shared>);

/// What askers and threads share.
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
    /// For `Hash` the PHC string, for `Verify` something if the password is right.
    answer: oneshot::Sender<Option<String>>,
}

enum Task {
    Hash([u8; 16]),
    Verify(Option<String>),
}

impl Hasher {
    /// Starts a thread for each processor.
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

    /// A PHC string for a new password.
    pub(crate) async fn hash(&self, share: Share, password: &Secret, salt: [u8; 16]) -> Result<String, Error> {
        let hash = self.ask(share, password, Task::Hash(salt)).await?;
        hash.ok_or_else(|| Error::Internal("argon2 refused the password".into()))
    }

    /// Whether the password is that of the hash. Without a hash of ours the answer is no, and takes as long.
    pub(crate) async fn verify(&self, share: Share, password: &Secret, hash: Option<&str>) -> Result<bool, Error> {
        Ok(self.ask(share, password, Task::Verify(hash.map(str::to_owned))).await?.is_some())
    }

    async fn ask(&self, share: Share, password: &Secret, task: Task) -> Result<Option<String>, Error> {
        const GONE: &str = "password hashing gave the place to another tenant, or is stopping";
        let (answer, mut answered) = oneshot::channel();
        let number = self.0.wait(share, Job { password: password.clone(), task, answer })?;
        let place = Place { shared: &self.0, share, number };
        match timeout(PATIENCE, &mut answered).await {
            Ok(done) => done.map_err(|_| Error::busy(GONE)),
            Err(_) if place.leave() => Err(Error::busy("password hashing had no turn in time")),
            Err(_) => answered.await.map_err(|_| Error::busy(GONE)), // a thread has it already
        }
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.0.state().is_closed = true;
        self.0.came.notify_all();
    }
}

/// A place in the queue. Whoever goes away leaves it to others.
struct Place<'a> {
    shared: &'a Shared,
    share: Share,
    number: u64,
}

impl Place<'_> {
    /// Whether the work still waited.
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
    /// The queue is whole at every moment: a panic elsewhere spoils nothing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, share: Share, job: Job) -> Result<u64, Error> {
        let number = self.state().waiting.push(share, job)?;
        self.came.notify_one();
        Ok(number)
    }

    /// Does what waits, until the end.
    fn work(&self) {
        // On Linux this is the calling thread's priority alone. Refused, the thread still works.
        let _ = rustix::process::setpriority_process(None, NICENESS);
        while let Some(Job { password, task, answer }) = self.next() {
            let done = match task {
                Task::Hash(salt) => argon::hash(&password, &salt),
                Task::Verify(hash) => argon::verify(&password, hash.as_deref()).then(String::new),
            };
            let _ = answer.send(done); // nobody waits any more: fine
        }
    }

    /// The next job; none when all is over.
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
        tokio::task::yield_now().await; // all of them are in the queue, or refused, before anybody signs in
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
