//! The ids of requests. They are random, so that nobody can count the requests of others. Each request needs one, so many are
//! drawn from the random source at once.

use std::sync::{Mutex, PoisonError};

use domain::RequestId;

use crate::Random;

/// How many ids are drawn at once.
const DRAWN: usize = 64;

/// Generates request ids.
#[derive(Default)]
pub(crate) struct RequestIds(Mutex<Vec<[u8; 10]>>);

impl RequestIds {
    /// Returns the next id, for this time in Unix milliseconds.
    pub(crate) fn next(&self, unix_millis: u64, random: &dyn Random) -> RequestId {
        let mut drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = drawn.pop().unwrap_or_else(|| {
            let mut more = [[0; 10]; DRAWN + 1];
            random.fill(more.as_flattened_mut());
            drawn.extend_from_slice(&more[1..]);
            more[0]
        });
        RequestId::new(unix_millis, &last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ambient;
    use std::collections::HashSet;

    #[test]
    fn no_two_requests_have_one_id() {
        let ids = RequestIds::default();
        let all: HashSet<RequestId> = (0..1000).map(|_| ids.next(7, &Ambient)).collect();
        assert_eq!(all.len(), 1000);
    }
}
