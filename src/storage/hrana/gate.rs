//! `ReadAdmission`: limits the reads in flight to one database. A database that answers gets up to 12 at once. A database that
//! hangs gets a single read every 250 ms, which tests whether it is back. The other reads wait for the outcome. So a hanging
//! database takes few sockets, and it is used again as soon as it answers.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as Queue, Notify},
    time::{Instant, timeout_at},
};

/// Most reads in flight to a database that answers.
const MOST: usize = 12;
/// A database hangs if it has not answered for this long. It is then tried again at this interval. The value is about a tenth
/// of a read's deadline.
const HANGS: Duration = Duration::from_millis(250);

/// Admits reads in the order in which they came.
pub(super) struct ReadAdmission {
    first: Queue<()>,
    state: Mutex<State>,
    /// Wakes the first read in the queue.
    changed: Notify,
}

struct State {
    on_their_way: usize,
    /// When the database last answered, or when the first of the reads in flight was sent.
    heard: Instant,
    /// When the last read was sent.
    left: Instant,
}

/// A read in flight. It ends when this is dropped.
pub(super) struct Pass<'a>(&'a ReadAdmission);

impl ReadAdmission {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let state = Mutex::new(State { on_their_way: 0, heard: now, left: now });
        Self { first: Queue::new(()), state, changed: Notify::new() }
    }

    /// Waits until the read may be sent.
    pub(super) async fn pass(&self) -> Pass<'_> {
        let _first = self.first.lock().await;
        loop {
            let changed = self.changed.notified();
            let Err(look_again) = self.state().admit(Instant::now()) else { return Pass(self) };
            let _changed_or_time = timeout_at(look_again, changed).await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts one more read, or returns when to try again if nothing changes before.
    fn admit(&mut self, now: Instant) -> Result<(), Instant> {
        let hangs_from = self.heard + HANGS;
        match self.on_their_way {
            0 => self.heard = now,
            _ if now >= hangs_from && now < self.left + HANGS => return Err(self.left + HANGS),
            MOST.. if now < hangs_from => return Err(hangs_from.max(self.left + HANGS)),
            _ => {}
        }
        self.on_their_way += 1;
        self.left = now;
        Ok(())
    }
}

impl Pass<'_> {
    /// Records that the database answered, whatever the answer was.
    pub(super) fn heard(&self) {
        self.0.state().heard = Instant::now();
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.state().on_their_way -= 1;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, timeout};

    async fn let_through(gate: &ReadAdmission) -> usize {
        let mut passes = 0;
        while let Ok(pass) = timeout(Duration::from_millis(1), gate.pass()).await {
            std::mem::forget(pass); // it stays in flight
            passes += 1;
        }
        passes
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_hangs_is_tried_every_quarter_of_a_second_and_used_again_at_once() {
        let gate = ReadAdmission::new();
        assert_eq!(let_through(&gate).await, 12);
        for _ in 0..4 {
            advance(HANGS).await;
            assert_eq!(let_through(&gate).await, 1);
        }
        advance(HANGS).await;
        let trial = gate.pass().await;
        assert_eq!(let_through(&gate).await, 0);
        gate.state().on_their_way -= 16; // as if their deadlines had passed
        trial.heard();
        drop(trial);
        assert_eq!(let_through(&gate).await, 12);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_let_through_as_soon_as_an_answer_comes() {
        let gate = ReadAdmission::new();
        let (first, _) = (gate.pass().await, let_through(&gate).await);
        let begun = Instant::now();
        let waiting = gate.pass();
        let answer = async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            first.heard();
            drop(first);
        };
        let (_pass, ()) = tokio::join!(waiting, answer);
        assert!(begun.elapsed() < Duration::from_millis(7));
    }
}
