//! `hedged`: a request that gets no answer soon is sent again beside the first one. The first answer counts. It is for requests
//! that many callers wait for, such as opening a database: a request that is lost then costs half a second and not the timeout.

use std::{future::poll_fn, pin::Pin, task::Poll, time::Duration};

use tokio::time::timeout;

/// How long a request waits for its answer before the next one is sent.
const ALONE: Duration = Duration::from_millis(500);

/// Sends a request, and one more each half second, until one is answered. Each request must end by itself, and sending it twice
/// must change nothing.
pub(super) async fn hedged<T, F: Future<Output = T>>(ask: impl Fn() -> F) -> T {
    let mut asked: Vec<Pin<Box<F>>> = Vec::new();
    loop {
        asked.push(Box::pin(ask()));
        let answer = poll_fn(|context| {
            let answers = asked.iter_mut().map(|question| question.as_mut().poll(context));
            answers.into_iter().find(Poll::is_ready).unwrap_or(Poll::Pending)
        });
        if let Ok(answer) = timeout(ALONE, answer).await {
            return answer;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, future::pending};

    use super::*;
    use tokio::time::{Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn a_question_that_is_swallowed_is_asked_again_and_a_slow_answer_counts_too() {
        for (swallowed, takes, answered_by, after) in [(0, 20, 1, 20), (0, 700, 1, 700), (2, 20, 3, 1020)] {
            let (asked, begun) = (Cell::new(0), Instant::now());
            let ask = || {
                let number = asked.replace(asked.get() + 1) + 1;
                async move {
                    if number <= swallowed {
                        return pending().await;
                    }
                    sleep(Duration::from_millis(takes)).await;
                    number
                }
            };
            assert_eq!(hedged(ask).await, answered_by);
            assert_eq!(begun.elapsed().as_millis(), after);
        }
    }
}
