//! Tokens: JWTs with HS256 and no other algorithm. The header's `kid` names a tenant's key and its epoch, and only that key can
//! verify the token. The claims are used only after the signature is verified, and `kid` is used only to find the key.
//! `jsonwebtoken` makes the tokens. They are verified here, because that library would set up the key again for each request.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use domain::{Secret, SessionId, TenantId, TenantName, UserId};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{ClientKind, Error};

/// How far two clocks may differ, in seconds.
pub(crate) const LEEWAY: i64 = 5;

/// The claims of a token.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claims {
    #[serde(rename = "userId")]
    pub(crate) user: UserId,
    /// For the reader of a token only. `tid` decides.
    pub(crate) tenant: TenantName,
    pub(crate) tid: TenantId,
    pub(crate) sid: SessionId,
    /// The kind of client that may use the token. `None` means a token of an earlier version: only the session's row decides
    /// then.
    #[serde(default)]
    pub(crate) door: Option<ClientKind>,
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

/// The header's `kid`: the tenant of a key and the key's epoch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyId {
    pub(crate) tenant: TenantId,
    pub(crate) epoch: u32,
}

/// A token, split into its parts and not verified yet.
pub(crate) struct Token<'a> {
    header: &'a str,
    claims: &'a str,
    signed: &'a str,
    signature: &'a str,
}

/// The fields of a token's header that are read.
#[derive(Deserialize)]
struct Named {
    alg: Algorithm,
    kid: Option<String>,
    /// Extensions that a reader must understand. This program knows none, so any value is refused (RFC 7515, 4.1.11).
    crit: Option<serde::de::IgnoredAny>,
}

/// One tenant's keys at one epoch. One key signs. All keys verify, because the master secret may be changing.
pub(crate) struct Keys {
    id: KeyId,
    header: Header,
    /// The encoded header of the tokens that these keys sign.
    encoded: String,
    signing: EncodingKey,
    verifying: Vec<hmac::Key>,
}

const NONE: Error = Error::Unauthenticated("this is not a token");

impl<'a> Token<'a> {
    /// Splits a text into the parts of a token.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let (signed, signature) = text.rsplit_once('.').ok_or(NONE)?;
        let (header, claims) = signed.split_once('.').ok_or(NONE)?;
        Ok(Self { header, claims, signed, signature })
    }

    /// Returns the key that the header names.
    pub(crate) fn key(&self) -> Result<KeyId, Error> {
        let named: Named = part(self.header).ok_or(NONE)?;
        if named.alg != Algorithm::HS256 {
            return Err(Error::Unauthenticated("the token's algorithm is not HS256"));
        }
        if named.crit.is_some() {
            return Err(Error::Unauthenticated("the token asks for an extension that is not known here"));
        }
        let key = named.kid.as_deref().and_then(KeyId::parse);
        key.ok_or(Error::Unauthenticated("the token names no key"))
    }
}

/// Decodes a part of a token from JSON.
fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
}

impl Keys {
    /// Creates the keys with this id: the signing key, and older keys that only verify.
    pub(crate) fn new(id: KeyId, signing: &[u8; 32], older: &[[u8; 32]]) -> Self {
        let header = Header { kid: Some(id.to_string()), ..Header::new(Algorithm::HS256) };
        let verifying = std::iter::once(signing).chain(older).map(|key| hmac::Key::new(hmac::HMAC_SHA256, key));
        Self {
            id,
            encoded: serde_json::to_vec(&header).map(|json| BASE64URL_NOPAD.encode(&json)).unwrap_or_default(),
            header,
            signing: EncodingKey::from_secret(signing),
            verifying: verifying.collect(),
        }
    }

    /// Signs a token with these claims.
    pub(crate) fn sign(&self, claims: &Claims) -> Result<Secret, Error> {
        let token = jsonwebtoken::encode(&self.header, claims, &self.signing);
        token.map(Secret::from).map_err(|error| Error::Internal(error.into()))
    }

    /// Whether the token's header is exactly the header of these keys, so that it need not be parsed. Nearly all tokens have
    /// it. The header of any other token is parsed.
    pub(crate) fn are_named_by(&self, token: &Token<'_>) -> bool {
        token.header == self.encoded
    }

    /// Returns the claims if one of these keys has signed the token for its tenant and the token has not expired.
    pub(crate) fn verify(&self, token: &Token<'_>, now: Timestamp) -> Result<Claims, Error> {
        let signature = BASE64URL_NOPAD.decode(token.signature.as_bytes()).unwrap_or_default();
        let signed = |key| hmac::verify(key, token.signed.as_bytes(), &signature).is_ok();
        let verified = self.verifying.iter().any(signed).then(|| part::<Claims>(token.claims)).flatten();
        let claims = verified.ok_or(Error::Unauthenticated("the token's signature or form is wrong"))?;
        if claims.exp.saturating_add(LEEWAY) <= now.as_second() {
            return Err(Error::Unauthenticated("the token has expired"));
        }
        if claims.iat > now.as_second() + LEEWAY {
            return Err(Error::Unauthenticated("the token was issued in the future"));
        }
        if claims.tid != self.id.tenant {
            return Err(Error::Unauthenticated("the token names another tenant than its key"));
        }
        Ok(claims)
    }
}

impl KeyId {
    /// Parses `<tenant id>.<epoch>`, in exactly the form that `Display` writes.
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
    fn the_header_of_a_token_is_known_without_reading_it() {
        let id = |epoch| KeyId { tenant: TenantId::new(1, &[0xaf; 10]), epoch };
        let (keys, others) = (Keys::new(id(1), &[1; 32], &[]), Keys::new(id(2), &[1; 32], &[]));
        let (user, sid) = (UserId::new(1, &[1; 10]), SessionId::new(1, &[1; 10]));
        let claims = Claims {
            user,
            tenant: "acme".parse().unwrap(),
            tid: id(1).tenant,
            sid,
            door: Some(ClientKind::Api),
            iat: 0,
            exp: 60,
        };
        let signed = keys.sign(&claims).unwrap();
        let token = Token::parse(signed.expose()).unwrap();
        assert!(keys.are_named_by(&token) && !others.are_named_by(&token));
        assert!(token.key().unwrap() == id(1));
        assert_eq!(keys.verify(&token, Timestamp::UNIX_EPOCH).unwrap().sid, sid);
    }

    #[test]
    fn a_token_is_read_within_its_time_alone_however_far_its_numbers_go() {
        let keys = Keys::new(KeyId { tenant: TenantId::new(1, &[0xaf; 10]), epoch: 1 }, &[1; 32], &[]);
        let now = Timestamp::from_second(1000).unwrap();
        let verdict = |iat, exp| {
            let (user, sid) = (UserId::new(1, &[1; 10]), SessionId::new(1, &[1; 10]));
            let (tenant, tid) = ("acme".parse().unwrap(), keys.id.tenant);
            let signed = keys.sign(&Claims { user, tenant, tid, sid, door: None, iat, exp }).unwrap();
            keys.verify(&Token::parse(signed.expose()).unwrap(), now).is_ok()
        };
        assert!(verdict(1000, i64::MAX) && verdict(1005, 1060) && verdict(i64::MIN, 1001));
        assert!(!verdict(1006, 1060) && !verdict(i64::MAX, i64::MAX) && !verdict(0, 995) && !verdict(0, i64::MIN));
    }

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
