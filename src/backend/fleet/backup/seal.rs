//! The seal of a manifest: an HMAC-SHA256 over its content, with a key that is derived from the master secret. A valid seal
//! proves that this Freehold made the backup and that its manifest is unchanged, wherever it was stored.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;

use super::Manifest;

/// The keys for seals. The first one signs, and all of them verify.
#[derive(Debug, Clone)]
pub(crate) struct Seals(Vec<hmac::Key>);

impl Seals {
    /// Takes the keys that are derived from the master secrets, the current one first.
    pub(crate) fn new(keys: impl IntoIterator<Item = [u8; 32]>) -> Self {
        Self(keys.into_iter().map(|key| hmac::Key::new(hmac::HMAC_SHA256, &key)).collect())
    }

    /// Computes the seal of a manifest.
    pub(crate) fn seal(&self, manifest: &Manifest) -> Option<String> {
        let key = self.0.first()?;
        Some(HEXLOWER.encode(hmac::sign(key, &content(manifest)?).as_ref()))
    }

    /// Whether a manifest has a valid seal.
    pub(crate) fn verify(&self, manifest: &Manifest) -> bool {
        let seal = manifest.seal.as_ref().and_then(|seal| HEXLOWER.decode(seal.as_bytes()).ok());
        let (Some(seal), Some(content)) = (seal, content(manifest)) else { return false };
        self.0.iter().any(|key| hmac::verify(key, &content, &seal).is_ok())
    }
}

/// The bytes under the seal: the manifest without its `seal` field.
fn content(manifest: &Manifest) -> Option<Vec<u8>> {
    serde_json::to_vec(&Manifest { seal: None, ..manifest.clone() }).ok()
}
