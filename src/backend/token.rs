//! Tokens: JWTs, HS256 and nothing else. The header's `kid` says which tenant's key at which epoch; that key alone decides.
//! What a token says is believed only after its signature; what `kid` says is used to look a key up and for nothing else.

use domain::{Secret, SessionId, TenantId, TenantName, UserId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::Error;

/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 5;

/// What a token says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    #[serde(rename = "userId")]
    pub(crate) user: UserId,
    /// For whoever reads it; the authority is `tid`.
    pub(crate) tenant: TenantName,
    pub(crate) tid: TenantId,
    pub(crate) sid: SessionId,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

/// Whose key, and which of them: the header's `kid`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyId {
    pub(crate) tenant: TenantId,
    pub(crate) epoch: u32,
}

/// One tenant's keys at one epoch: one signs, all verify (the master secret may be changing).
pub(crate) struct Keys {
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
}

impl Keys {
    /// Of the key that signs, and of older ones.
    pub(crate) fn new(signing: &[u8; 32], older: &[[u8; 32]]) -> Self {
        let verifying = std::iter::once(signing).chain(older).map(|key| DecodingKey::from_secret(key)).collect();
        Self { signing: EncodingKey::from_secret(signing), verifying }
    }

    /// A token that says this.
    pub(crate) fn sign(&self, claims: &Claims, epoch: u32) -> Result<Secret, Error> {
        let kid = KeyId { tenant: claims.tid, epoch }.to_string();
        let header = Header { kid: Some(kid), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, claims, &self.signing);
        token.map(Secret::from).map_err(|error| Error::Internal(error.into()))
    }

    /// What a token says, if one of these keys signed it and its time has not passed.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Error> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false; // below, by our own clock
        validation.required_spec_claims.clear(); // `Claims` requires all of its own
        let verified =
            self.verifying.iter().find_map(|key| jsonwebtoken::decode::<Claims>(token, key, &validation).ok());
        let claims = verified.ok_or(Error::Unauthenticated("the token's signature or form is wrong"))?.claims;
        if claims.exp + LEEWAY <= now.as_second() {
            return Err(Error::Unauthenticated("the token has expired"));
        }
        Ok(claims)
    }
}

/// The key that a token names, before anything about it is believed.
pub(crate) fn key_id(token: &str) -> Result<KeyId, Error> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Error::Unauthenticated("this is no token"))?;
    if header.alg != Algorithm::HS256 {
        return Err(Error::Unauthenticated("the token's algorithm is not HS256"));
    }
    header.kid.as_deref().and_then(KeyId::parse).ok_or(Error::Unauthenticated("the token names no key"))
}

impl KeyId {
    /// `<tenant id>.<epoch>` in exactly the form that `Display` gives.
    fn parse(text: &str) -> Option<Self> {
        let (tenant, epoch) = text.split_once('.')?;
        let id = Self { tenant: tenant.parse().ok()?, epoch: epoch.parse().ok()? };
        (id.to_string() == text).then_some(id)
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.tenant, self.epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_has_one_form() {
        let id = KeyId { tenant: TenantId::new(1, &[0xaf; 10]), epoch: 7 }.to_string();
        assert!(KeyId::parse(&id).is_some());
        for bad in [
            id.replace(".7", ".07"),
            id.replace(".7", ".+7"),
            id.to_uppercase(),
            format!("{id}."),
            id.replace(".7", ""),
        ] {
            assert!(KeyId::parse(&bad).is_none(), "{bad}");
        }
    }
}
