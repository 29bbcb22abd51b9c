//! Tokens of libsql-server, signed with `EdDSA`. They have `p.rw.ns` and similar claims for lists of databases, or `id` and `a`
//! for one.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, errors::ErrorKind};
use serde::Deserialize;

use crate::{
    access::{Access, Gate},
    refusal::Refusal,
};

/// Admits requests with a token that one of the server's keys has signed. Without keys it admits all requests.
pub(crate) struct Jwt(Vec<DecodingKey>);

#[derive(Deserialize)]
struct Claims {
    id: Option<String>,
    a: Option<Permission>,
    p: Option<Permissions>,
    /// The library checks it. It is here so that a fraction makes the token invalid.
    #[serde(rename = "exp")]
    _exp: Option<i64>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
enum Permission {
    #[serde(rename = "ro")]
    Read,
    #[serde(rename = "rw")]
    Write,
    #[serde(rename = "roa")]
    Attach,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Permissions {
    ro: Names,
    rw: Names,
    roa: Names,
    rwa: Names,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Names {
    ns: Option<Vec<String>>,
}

impl Jwt {
    /// Reads the keys: PEM blocks, one after the other, or a single key in base64url.
    pub(crate) fn new(keys: Option<&str>) -> Result<Self, Refusal> {
        Ok(Self(keys.map(keys_from).transpose()?.unwrap_or_default()))
    }
}

impl Gate for Jwt {
    fn admit(&self, key: &str, own_key: Option<&str>, authorization: Option<&str>) -> Result<Access, Refusal> {
        let own = own_key.map(keys_from).transpose()?;
        let keys = own.as_ref().unwrap_or(&self.0);
        if keys.is_empty() {
            return Ok(Access::Write);
        }
        let authorization = authorization.ok_or("Expected authorization header but none given");
        claims(keys, authorization.and_then(bearer)).and_then(|claims| {
            claims.access(key).ok_or_else(|| Refusal::no_database(key)) // does not show which databases exist
        })
    }
}

fn bearer(authorization: &str) -> Result<&str, &'static str> {
    let (scheme, token) =
        authorization.split_once(' ').ok_or("Auth string does not conform to '<scheme> <token>' form")?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then_some(token).ok_or("The authentication scheme in the `Authorization` HTTP header is not supported")
}

fn claims(keys: &[DecodingKey], token: Result<&str, &'static str>) -> Result<Claims, Refusal> {
    let token = token.map_err(Refusal::unauthorized)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.remove("exp");
    for key in keys {
        match decode::<Claims>(token, key, &validation) {
            Ok(token) => return Ok(token.claims),
            Err(error) => match why(error.kind()) {
                INVALID => {} // another key may fit
                why => return Err(Refusal::unauthorized(why)),
            },
        }
    }
    Err(Refusal::unauthorized(INVALID))
}

const INVALID: &str = "The JWT is invalid";

fn why(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidToken
        | ErrorKind::InvalidSignature
        | ErrorKind::InvalidAlgorithm
        | ErrorKind::Base64(_)
        | ErrorKind::Json(_)
        | ErrorKind::Utf8(_) => INVALID,
        ErrorKind::ExpiredSignature => "The JWT has expired",
        ErrorKind::ImmatureSignature => "The JWT is immature (not valid yet)",
        _ => "Authentication failed",
    }
}

impl Claims {
    /// The access to the database `key`, if the token allows any. A token that names no database is for all of them.
    fn access(&self, key: &str) -> Option<Access> {
        if let Some(permissions) = &self.p {
            return permissions.access(key);
        }
        let is_for_it = self.id.as_ref().is_none_or(|id| id == key);
        let writes = self.a.is_none_or(|a| a == Permission::Write);
        is_for_it.then_some(if writes { Access::Write } else { Access::Read })
    }
}

impl Permissions {
    fn access(&self, key: &str) -> Option<Access> {
        let names = |names: &Names| names.ns.as_ref().is_some_and(|names| names.iter().any(|name| name == key));
        if names(&self.rw) || names(&self.rwa) {
            return Some(Access::Write);
        }
        (names(&self.ro) || names(&self.roa)).then_some(Access::Read)
    }
}

fn keys_from(text: &str) -> Result<Vec<DecodingKey>, Refusal> {
    const BEGIN: &str = "-----BEGIN";
    if !text.starts_with(BEGIN) {
        let wrong = |error| Refusal::internal(format!("Could not decode Ed25519 public key from base64: {error}"));
        return Ok(vec![DecodingKey::from_ed_components(text).map_err(wrong)?]);
    }
    let wrong = |_| Refusal::internal("Could not decode Ed25519 public key from PEM");
    let pems = text.split(BEGIN).skip(1).map(|pem| format!("{BEGIN}{pem}"));
    pems.map(|pem| DecodingKey::from_ed_pem(pem.as_bytes()).map_err(wrong)).collect()
}
