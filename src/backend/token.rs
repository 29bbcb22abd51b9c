//! Tokens: JWTs, HS256 and nothing else. The header's `kid` says which tenant's key at which epoch; that key alone decides.
//! What a token says is believed only after its signature; what `kid` says is used to look a key up and for nothing else.

use data_encoding::BASE64URL_NOPAD;
use domain::{Secret, SessionId, TenantId, TenantName, UserId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, crypto};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

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

/// A token taken apart, each part once: it comes with every request. Nothing of it is believed yet.
pub(crate) struct Token<'a> {
    /// The key that it names.
    pub(crate) key: KeyId,
    signed: &'a str,
    claims: &'a str,
    signature: &'a str,
}

/// What of a token's header counts.
#[derive(Deserialize)]
struct Named {
    alg: Algorithm,
    kid: Option<String>,
}

/// One tenant's keys at one epoch: one signs, all verify (the master secret may be changing).
pub(crate) struct Keys {
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
}

impl<'a> Token<'a> {
    /// Takes a text apart; the key that it names is to be looked up next.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        const NONE: Error = Error::Unauthenticated("this is no token");
        let (signed, signature) = text.rsplit_once('.').ok_or(NONE)?;
        let (header, claims) = signed.split_once('.').ok_or(NONE)?;
        let named: Named = part(header).ok_or(NONE)?;
        if named.alg != Algorithm::HS256 {
            return Err(Error::Unauthenticated("the token's algorithm is not HS256"));
        }
        let key = named.kid.as_deref().and_then(KeyId::parse);
        let key = key.ok_or(Error::Unauthenticated("the token names no key"))?;
        Ok(Self { key, signed, claims, signature })
    }
}

/// One of a token's parts that are JSON.
fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
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
    pub(crate) fn verify(&self, token: &Token<'_>, now: Timestamp) -> Result<Claims, Error> {
        let signed = |key| {
            crypto::verify(token.signature, token.signed.as_bytes(), key, Algorithm::HS256).is_ok_and(|signed| signed)
        };
        let verified = self.verifying.iter().any(signed).then(|| part::<Claims>(token.claims)).flatten();
        let claims = verified.ok_or(Error::Unauthenticated("the token's signature or form is wrong"))?;
        if claims.exp + LEEWAY <= now.as_second() {
            return Err(Error::Unauthenticated("the token has expired"));
        }
        Ok(claims)
    }
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
