//! `Gate`: how many reads may be on their way to one database at once. One that answers gets a dozen. To one that hangs a
//! single read goes every quarter of a second, to try whether it is back, and the others wait for what becomes of it: so it
//! takes few sockets as long as it is away, and is used again as soon as it is back.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as Turnstile, Notify},
    time::{Instant, timeout_at},
};

/// So many at once, to a database that answers.
const MOST: usize = 12;
/// Without an answer for so long it hangs, and is tried again so often. A tenth of what a read may take, or so.
const HANGS: Duration = Duration::from_millis(250);

/// Lets reads through, in the order in which they came.
pub(super) struct Gate {
    first: Turnstile<()>,
    state: Mutex<State>,
    /// Whoever is first in line looks again.
    changed: Notify,
}

struct State {
    on_their_way: usize,
    /// When something was last heard, or the first of those on their way left.
    heard: Instant,
    /// When the last one left.
    left: Instant,
}

/// A read that is on its way, until this is dropped.
pub(super) struct Pass<'a>(&'a Gate);

impl Gate {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let state = Mutex::new(State { on_their_way: 0, heard: now, left: now });
        Self { first: Turnstile::new(()), state, changed: Notify::new() }
    }

    /// Waits for one's turn.
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
    /// Counts one more, or says when it may go if nothing changes before.
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
    /// The database said something, whatever it was.
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

    async fn let_through(gate: &Gate) -> usize {
        let mut passes = 0;
        while let Ok(pass) = timeout(Duration::from_millis(1), gate.pass()).await {
            std::mem::forget(pass); // it stays on its way
            passes += 1;
        }
        passes
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_that_hangs_is_tried_every_quarter_of_a_second_and_used_again_at_once() {
        let gate = Gate::new();
        assert_eq!(let_through(&gate).await, 12);
        for _ in 0..4 {
            advance(HANGS).await;
            assert_eq!(let_through(&gate).await, 1);
        }
        advance(HANGS).await;
        let trial = gate.pass().await;
        assert_eq!(let_through(&gate).await, 0);
        gate.state().on_their_way -= 16; // their deadlines
        trial.heard();
        drop(trial);
        assert_eq!(let_through(&gate).await, 12);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_let_through_as_soon_as_an_answer_comes() {
        let gate = Gate::new();
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
