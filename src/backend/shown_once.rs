//! A one-time password on its way from the request that made it to the page that shows it. It is kept in memory, for the
//! session that made it, until that is asked for once; no cookie and no address ever holds it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Admission, Secret, SessionId, UserId};
use jiff::{SignedDuration, Timestamp};

use crate::Session;

/// So long it waits to be shown.
const LASTS: SignedDuration = SignedDuration::from_mins(5);

/// What waits to be shown: to which session, whose password, and until when.
#[derive(Default)]
pub(crate) struct ShownOnce(Mutex<HashMap<(SessionId, UserId), (Secret, Timestamp)>>);

impl ShownOnce {
    fn keep(&self, session: SessionId, user: UserId, password: Secret, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (_, until)| *until > now);
        kept.insert((session, user), (password, now + LASTS));
    }

    fn take(&self, session: SessionId, user: UserId, now: Timestamp) -> Option<Secret> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&(session, user)).filter(|(_, until)| *until > now).map(|(password, _)| password)
    }
}

impl Session {
    /// Keeps the one-time password of somebody who was let in, for the page that this session opens next about them.
    pub fn show_once(&self, admission: Admission) {
        if let Some(password) = admission.one_time_password {
            let backend = &self.visitor().backend;
            backend.shown_once.keep(self.id(), admission.user.id, password, backend.now());
        }
    }

    /// The one-time password of this user, if this session has just given them one: once.
    pub fn shown_once(&self, user: UserId) -> Option<Secret> {
        let backend = &self.visitor().backend;
        backend.shown_once.take(self.id(), user, backend.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_shown_once_for_a_while_to_its_session_and_about_its_user() {
        let [one, other] = [1, 2].map(|byte| SessionId::new(1, &[byte; 10]));
        let [ada, bob] = [1, 2].map(|byte| UserId::new(1, &[byte; 10]));
        let (kept, now) = (ShownOnce::default(), Timestamp::UNIX_EPOCH);
        let keep = || kept.keep(one, ada, Secret::from("word".to_owned()), now);
        keep();
        assert!(kept.take(other, ada, now).is_none() && kept.take(one, bob, now).is_none());
        assert_eq!(kept.take(one, ada, now).unwrap().expose(), "word");
        assert!(kept.take(one, ada, now).is_none());
        keep();
        assert!(kept.take(one, ada, now + LASTS).is_none());
    }
}
