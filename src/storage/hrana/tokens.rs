//! `Tokens`: the token for a database. It is kept until shortly before it expires.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Secret;
use jiff::Timestamp;

use crate::{
    Result,
    libsql_server::{Minted, Minter, Namespace},
    turso,
};

/// How the token for one database is obtained.
pub enum Tokens {
    /// The server asks for no token. No other client can reach it.
    None,
    /// libsql-server: the token is signed here, for one namespace.
    Minted {
        minter: Arc<Minter>,
        namespace: Namespace,
        /// The token in use.
        kept: Mutex<Option<Minted>>,
    },
    /// Turso: the token is fetched from the Platform API. `turso::Tokens` keeps it for all that open the database.
    Fetched { tokens: Arc<turso::Tokens>, name: String },
}

impl Tokens {
    /// Tokens that are signed here for one namespace.
    pub fn minted(minter: Arc<Minter>, namespace: Namespace) -> Self {
        Self::Minted { minter, namespace, kept: Mutex::default() }
    }

    /// Tokens that are fetched from Turso for one database.
    pub fn fetched(tokens: Arc<turso::Tokens>, name: String) -> Self {
        Self::Fetched { tokens, name }
    }

    /// Returns a token that is valid for a while from `now`. `None` means that the server asks for none.
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

    /// Drops a token that the server refused. Returns whether there may be another one.
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
