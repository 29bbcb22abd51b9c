//! Tokens that a test makes itself. Their keys are derived from the secret file as docs/contract.md, "Tokens and sessions",
//! says. The code does not use the backend, so that the derivation is tested too.

use std::path::Path;

use aws_lc_rs::hkdf;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use domain::TenantId;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;

/// Returns a token's claims without verifying it.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// Returns a token's header without verifying it.
pub(crate) fn header(token: &str) -> Value {
    part(token, 0)
}

/// Signs any claims with the session key of the tenant `key_of`.
pub(crate) fn sign(data: &Path, key_of: &str, kid: &str, claims: &Value) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&session_key(data, key_of))).unwrap()
}

/// Signs a token whose header has a critical extension (`crit`) that no server knows.
pub(crate) fn critical(data: &Path, key_of: &str, kid: &str, claims: &Value) -> String {
    let header = Header {
        kid: Some(kid.to_owned()),
        crit: Some(vec!["http://example.com/unknown".to_owned()]),
        ..Header::new(Algorithm::HS256)
    };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&session_key(data, key_of))).unwrap()
}

/// Makes a token with an empty signature.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}.", encode(header), encode(claims))
}

/// Derives a tenant's session key: HKDF-SHA256(master secret, `freehold/v1/session` ‖ tenant id ‖ epoch 1).
fn session_key(data: &Path, tenant: &str) -> [u8; 32] {
    let file = std::fs::read_to_string(data.join("secret")).unwrap();
    let (_, secret) = file.lines().next().unwrap().split_once(':').unwrap();
    let master = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&BASE64.decode(secret.as_bytes()).unwrap());
    let tenant: TenantId = tenant.parse().unwrap();
    let mut key = [0; 32];
    let info = [&b"freehold/v1/session"[..], tenant.as_bytes(), &1u32.to_be_bytes()];
    master.expand(&info, hkdf::HKDF_SHA256).unwrap().fill(&mut key).unwrap();
    key
}

fn part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
}
