//! Password hashing: Argon2id on a bounded pool of low-priority threads of its own, so that a flood of sign-ins can
//! neither take the memory nor the processor from those who are in. What does not get its turn in time is refused.

use std::time::{Duration, Instant};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use crossbeam_channel::{Receiver, Sender, bounded};
use domain::Secret;
use tokio::sync::oneshot;

use crate::Error;

/// How many may wait.
const WAITING: usize = 64;
/// How long one may wait.
const PATIENCE: Duration = Duration::from_secs(2);
/// Added to the threads' nice value.
const NICENESS: i32 = 10;
/// Stands in for the hash of a user who does not exist, so that one costs as much as another. Of no known password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$ZnJlZWhvbGQvbm9ib2R5$0oFTjgHPIiLr8CK8Uj9wDcM3MlkpNhZ0D3JyT3gxOlA";

/// The pool. Its threads end when it is dropped.
pub(crate) struct Hasher(Sender<Job>);

struct Job {
    password: Secret,
    task: Task,
    until: Instant,
    answer: oneshot::Sender<Option<String>>,
}

enum Task {
    Hash([u8; 16]),
    Verify(String),
}

impl Hasher {
    /// Starts a thread for each processor.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (jobs, queue) = bounded(WAITING);
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        for number in 0..threads {
            let queue = queue.clone();
            std::thread::Builder::new().name(format!("hasher-{number}")).spawn(move || work(&queue))?;
        }
        Ok(Self(jobs))
    }

    /// A PHC string for a new password.
    pub(crate) async fn hash(&self, password: &Secret, salt: [u8; 16]) -> Result<String, Error> {
        self.ask(password, Task::Hash(salt)).await?.ok_or_else(|| Error::Internal("argon2 refused the password".into()))
    }

    /// Whether the password is that of the hash. Without a hash the answer is no, and takes as long.
    pub(crate) async fn verify(&self, password: &Secret, hash: Option<&str>) -> Result<bool, Error> {
        let task = Task::Verify(hash.unwrap_or(NOBODY).to_owned());
        Ok(self.ask(password, task).await?.is_some() && hash.is_some())
    }

    async fn ask(&self, password: &Secret, task: Task) -> Result<Option<String>, Error> {
        let (answer, answered) = oneshot::channel();
        let job = Job { password: password.clone(), task, until: Instant::now() + PATIENCE, answer };
        self.0.try_send(job).map_err(|_| Error::busy("the queue for password hashing is full"))?;
        answered.await.map_err(|_| Error::busy("password hashing had no turn in time"))
    }
}

fn work(queue: &Receiver<Job>) {
    // On Linux this is the calling thread's priority alone. Refused, the thread still works.
    let _ = rustix::process::setpriority_process(None, NICENESS);
    for Job { password, task, until, answer } in queue {
        if Instant::now() < until && !answer.is_closed() {
            let _ = answer.send(done(&password, &task)); // nobody waits any more: fine
        }
    }
}

/// For `Hash` the PHC string, for `Verify` something if the password is right.
fn done(password: &Secret, task: &Task) -> Option<String> {
    let argon2 = Argon2::default(); // Argon2id, 19 MiB, 2 passes, 1 lane
    let password = password.expose().as_bytes();
    match task {
        Task::Hash(salt) => argon2.hash_password_with_salt(password, salt).ok().map(|hash| hash.to_string()),
        Task::Verify(hash) => argon2.verify_password(password, hash.as_str()).ok().map(|()| String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_argon2id_of_the_set_cost_and_verifies_only_its_password() {
        let hasher = Hasher::start().unwrap();
        let [right, wrong] = ["correct horse", "wrong horse"].map(|text| Secret::from(text.to_owned()));
        let hash = hasher.hash(&right, [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(&right, Some(&hash)).await.unwrap());
        assert!(!hasher.verify(&wrong, Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_user_costs_a_hash_too_and_is_refused() {
        let hasher = Hasher::start().unwrap();
        let password = Secret::from("whatever".to_owned());
        let hash = hasher.hash(&password, [7; 16]).await.unwrap();
        let time = async |hash: Option<&str>| {
            let start = Instant::now();
            hasher.verify(&password, hash).await.unwrap();
            start.elapsed()
        };
        let known = time(Some(&hash)).await;
        assert!(time(None).await > known / 4, "no hash was computed for an unknown user");
        assert!(!hasher.verify(&password, None).await.unwrap());
    }

    #[tokio::test]
    async fn the_queue_is_bounded() {
        let hasher = std::sync::Arc::new(Hasher::start().unwrap());
        let mut many = tokio::task::JoinSet::new();
        for _ in 0..WAITING * 3 {
            let hasher = hasher.clone();
            many.spawn(async move { hasher.hash(&Secret::from("whatever".to_owned()), [7; 16]).await.is_err() });
        }
        assert!(many.join_all().await.contains(&true));
    }
}
