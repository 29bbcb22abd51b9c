//! Tokens that open databases. Each is minted for one database and is valid for a day. It is kept in memory until an hour
//! before it expires. When many callers want the same token at once, only one of them asks for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::Secret;
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Mutex as AsyncMutex, time::timeout_at};

use super::Api;
use crate::{Result, StorageError};

/// The lifetime that `Api::mint` asks for.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// A token is renewed this long before it expires.
const MARGIN: SignedDuration = SignedDuration::from_hours(1);
/// If no new token can be fetched, the old one is used for this long before the next try.
const RESPITE: SignedDuration = SignedDuration::from_mins(1);

/// The tokens of all databases.
#[derive(Debug)]
pub struct Tokens {
    api: Arc<Api>,
    known: Mutex<HashMap<String, Slot>>,
}

/// The token of one database. The caller that asks for a new one holds the lock.
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

    /// Returns a token for the database. It is valid for an hour, or for at least a minute while no other can be fetched. Takes
    /// no longer than a call for a request may.
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
            // Databases answer even when the Platform API does not. The last hour of a token is for that case.
            (Err(_), Some(old)) if now + RESPITE < old.ends_at => {
                old.renew_at = now + RESPITE;
                Ok(old.secret.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Drops a token that the database refused. The next caller asks for another, unless a caller did so already.
    pub fn refused(&self, name: &str, secret: &Secret) {
        let Some(slot) = self.known().get(name).cloned() else { return };
        // If the lock is taken, its holder is already asking for another token.
        if let Ok(mut token) = slot.try_lock()
            && token.as_ref().is_some_and(|token| token.secret == *secret)
        {
            *token = None;
        }
    }

    /// Forgets the token of a database that is gone.
    pub fn forget(&self, name: &str) {
        self.known().remove(name);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Slot>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
