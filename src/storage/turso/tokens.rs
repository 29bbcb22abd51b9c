//! The tokens that open databases: minted one by one, each good for a day in one database, kept in memory till an hour
//! before they run out. Of many who want the same one at once, one asks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::Secret;
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Mutex as AsyncMutex, time::timeout_at};

use super::Api;
use crate::{Result, StorageError};

/// What `Api::mint` asks for.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// So long before its end a token is no longer handed out.
const MARGIN: SignedDuration = SignedDuration::from_hours(1);
/// When a new one is not to be had, the old one serves for so long before the next try.
const RESPITE: SignedDuration = SignedDuration::from_mins(1);

/// The tokens of all databases.
#[derive(Debug)]
pub struct Tokens {
    api: Arc<Api>,
    known: Mutex<HashMap<String, Slot>>,
}

/// Held by whoever asks for the token of one database.
type Slot = Arc<AsyncMutex<Option<Token>>>;

#[derive(Debug)]
struct Token {
    secret: Secret,
    renew_at: Timestamp,
    ends_at: Timestamp,
}

impl Tokens {
    pub fn new(api: Arc<Api>) -> Self {
        Self { api, known: Mutex::default() }
    }

    /// A token for the database, good for an hour, or for a minute at the least while no other is to be had. Takes no
    /// longer than a call for a request may.
    pub async fn get(&self, name: &str, now: Timestamp) -> Result<Secret> {
        let until = self.api.soon();
        let slot = Arc::clone(self.known().entry(name.to_owned()).or_default());
        let mut token = timeout_at(until, slot.lock()).await.map_err(|_late| StorageError::TimedOut)?;
        if let Some(token) = token.as_ref().filter(|token| now < token.renew_at) {
            return Ok(token.secret.clone());
        }
        match (self.api.mint(name, until).await, token.as_mut()) {
            (Ok(secret), _) => {
                let ends_at = now + LIFETIME;
                *token = Some(Token { secret: secret.clone(), renew_at: ends_at - MARGIN, ends_at });
                Ok(secret)
            }
            // Databases answer while the Platform API does not: the last hour is for that.
            (Err(_), Some(old)) if now + RESPITE < old.ends_at => {
                old.renew_at = now + RESPITE;
                Ok(old.secret.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The database did not take this token: the next to come asks for another, unless somebody did already.
    pub fn refused(&self, name: &str, secret: &Secret) {
        let Some(slot) = self.known().get(name).cloned() else { return };
        // Whoever holds it now is asking for another.
        if let Ok(mut token) = slot.try_lock()
            && token.as_ref().is_some_and(|token| token.secret == *secret)
        {
            *token = None;
        }
    }

    /// The database is gone, or its token with it.
    pub fn forget(&self, name: &str) {
        self.known().remove(name);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Slot>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
