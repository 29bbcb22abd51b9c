//! Carries a one-time password from the request that made it to the page that shows it. The password stays in memory for the
//! session that made it and is shown once. No cookie and no URL ever holds it. A browser that sends a form twice drops the
//! first response, so the page that announces the password may ask for it again for five minutes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Admission, Secret, SessionId, UserId};
use jiff::{SignedDuration, Timestamp};

use crate::Session;

/// How long a password waits to be shown.
const LASTS: SignedDuration = SignedDuration::from_mins(5);

/// A password, the time at which it expires, and whether a page has shown it.
struct Waiting {
    password: Secret,
    until: Timestamp,
    shown: bool,
}

/// The waiting passwords, by the session that made them and the user they are for.
#[derive(Default)]
pub(crate) struct OneTimeDisplay(Mutex<HashMap<(SessionId, UserId), Waiting>>);

impl OneTimeDisplay {
    fn keep(&self, session: SessionId, user: UserId, password: Secret, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, waiting| waiting.until > now);
        kept.insert((session, user), Waiting { password, until: now + LASTS, shown: false });
    }

    fn take(&self, session: SessionId, user: UserId, now: Timestamp) -> Option<Secret> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = kept.get_mut(&(session, user)).filter(|waiting| waiting.until > now && !waiting.shown)?;
        waiting.shown = true;
        Some(waiting.password.clone())
    }

    fn take_again(&self, session: SessionId, user: UserId, now: Timestamp) -> Option<Secret> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&(session, user)).filter(|waiting| waiting.until > now).map(|waiting| waiting.password.clone())
    }
}

impl Session {
    /// Keeps a one-time password for the page about this user that the session opens next.
    pub fn show_once(&self, admission: Admission) {
        if let Some(password) = admission.one_time_password {
            let backend = &self.visitor().backend;
            backend.one_time_display.keep(self.id(), admission.user.id, password, backend.now());
        }
    }

    /// Returns the one-time password that this session gave to the user. It works once.
    pub fn one_time_display(&self, user: UserId) -> Option<Secret> {
        let backend = &self.visitor().backend;
        backend.one_time_display.take(self.id(), user, backend.now())
    }

    /// Returns the password even if it was shown already. It is for a page that shows the response of the request that made it.
    pub fn shown_again(&self, user: UserId) -> Option<Secret> {
        let backend = &self.visitor().backend;
        backend.one_time_display.take_again(self.id(), user, backend.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_shown_once_for_a_while_to_its_session_and_about_its_user() {
        let [one, other] = [1, 2].map(|byte| SessionId::new(1, &[byte; 10]));
        let [ada, bob] = [1, 2].map(|byte| UserId::new(1, &[byte; 10]));
        let (kept, now) = (OneTimeDisplay::default(), Timestamp::UNIX_EPOCH);
        let keep = || kept.keep(one, ada, Secret::from("word".to_owned()), now);
        keep();
        assert!(kept.take(other, ada, now).is_none() && kept.take(one, bob, now).is_none());
        assert_eq!(kept.take(one, ada, now).unwrap().expose(), "word");
        assert!(kept.take(one, ada, now).is_none());
        assert_eq!(kept.take_again(one, ada, now).unwrap().expose(), "word");
        assert!(kept.take_again(other, ada, now).is_none() && kept.take_again(one, ada, now + LASTS).is_none());
        keep();
        assert!(kept.take(one, ada, now + LASTS).is_none());
    }
}
