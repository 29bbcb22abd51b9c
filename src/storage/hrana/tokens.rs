//! `Tokens`: what lets us into a database, kept until shortly before it ends.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Secret;
use jiff::Timestamp;

use crate::{
    Result,
    libsql_server::{Minted, Minter, Namespace},
    turso,
};

/// How a token for one database is got.
pub enum Tokens {
    /// The server asks for none: it is reached by nobody else.
    None,
    /// libsql-server: signed here, for one namespace.
    Minted {
        minter: Arc<Minter>,
        namespace: Namespace,
        /// The one in use.
        kept: Mutex<Option<Minted>>,
    },
    /// Turso: fetched from its Platform API, and kept there for all who open the database.
    Fetched { tokens: Arc<turso::Tokens>, name: String },
}

impl Tokens {
    /// Minted for one namespace.
    pub fn minted(minter: Arc<Minter>, namespace: Namespace) -> Self {
        Self::Minted { minter, namespace, kept: Mutex::default() }
    }

    /// Fetched for one database.
    pub fn fetched(tokens: Arc<turso::Tokens>, name: String) -> Self {
        Self::Fetched { tokens, name }
    }

    /// A token that is good for a while from now.
    pub(super) async fn get(&self, now: Timestamp) -> Result<Option<Secret>> {
        match self {
            Self::None => Ok(None),
            Self::Minted { minter, namespace, kept } => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(minted) = kept.as_ref().filter(|minted| minted.serves(now)) {
                    return Ok(Some(minted.token.clone()));
                }
                Ok(Some(kept.insert(minter.mint(namespace, now)?).token.clone()))
            }
            Self::Fetched { tokens, name } => tokens.get(name, now).await.map(Some),
        }
    }

    /// The server did not take this one; says whether there may be another.
    pub(super) fn refused(&self, token: &Secret) -> bool {
        match self {
            Self::None => false,
            Self::Minted { kept, .. } => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).take_if(|kept| kept.token == *token);
                true
            }
            Self::Fetched { tokens, name } => {
                tokens.refused(name, token);
                true
            }
        }
    }
}
