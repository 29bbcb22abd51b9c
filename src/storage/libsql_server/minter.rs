//! `Minter`: signs tokens for libsql-server with Ed25519. They are short-lived, and each is for exactly one namespace. A token
//! that names no namespace would open all of them, and this code cannot make one.

use domain::Secret;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::Namespace;
use crate::{Result, StorageError};

/// How long a token is valid, in seconds.
const LIFE: i64 = 5 * 60;
/// A token is no longer used this many seconds before it expires. It must outlive the request, and the clocks may differ.
const MARGIN: i64 = 60;

/// Signs tokens with the private key that it holds.
pub struct Minter {
    key: EncodingKey,
}

/// A token for one namespace.
pub struct Minted {
    pub token: Secret,
    /// When it expires, in seconds since 1970.
    expires: i64,
}

/// The file holds no private key that can sign.
#[derive(Debug, thiserror::Error)]
#[error("it is not an Ed25519 private key in PEM: {0}")]
pub struct InvalidKey(#[from] jsonwebtoken::errors::Error);

/// The claims of a token: when it expires, when it was issued, and what it opens (`p`) for reading and writing (`rw`). The
/// short names are the server's.
#[derive(Serialize)]
struct Claims<'a> {
    exp: i64,
    iat: i64,
    p: Permissions<'a>,
}

#[derive(Serialize)]
struct Permissions<'a> {
    rw: Namespaces<'a>,
}

#[derive(Serialize)]
struct Namespaces<'a> {
    ns: [&'a str; 1],
}

impl Minter {
    /// Reads an Ed25519 private key in PEM (PKCS #8). libsql-server must have its public half.
    pub fn from_pem(pem: &[u8]) -> std::result::Result<Self, InvalidKey> {
        let key = EncodingKey::from_ed_pem(pem)?;
        jsonwebtoken::crypto::sign(b"a key that cannot sign is found at start", &key, Algorithm::EdDSA)?;
        Ok(Self { key })
    }

    /// Signs a token for this namespace, valid from `now`.
    pub fn mint(&self, namespace: &Namespace, now: Timestamp) -> Result<Minted> {
        let iat = now.as_second();
        let rw = Namespaces { ns: [namespace.as_ref()] };
        let claims = Claims { exp: iat + LIFE, iat, p: Permissions { rw } };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.key)
            .map_err(|error| StorageError::Unauthorised(format!("no token can be signed: {error}")))?;
        Ok(Minted { token: token.into(), expires: claims.exp })
    }
}

impl Minted {
    /// Whether the token may still be used for a request that begins at `now`.
    pub fn serves(&self, now: Timestamp) -> bool {
        now.as_second() < self.expires - MARGIN
    }
}

impl std::fmt::Debug for Minter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Minter")
    }
}
