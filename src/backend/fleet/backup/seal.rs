//! The seal of a manifest: an HMAC-SHA256 over all that it says, with a key of the master secret. A backup with a good seal
//! was made by this Freehold and was not changed since, wherever it was kept.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;

use super::Manifest;

/// The keys of seals: the first signs, all of them verify.
#[derive(Debug, Clone)]
pub(crate) struct Seals(Vec<hmac::Key>);

impl Seals {
    /// Of the keys of the master secrets, the first first.
    pub(crate) fn new(keys: impl IntoIterator<Item = [u8; 32]>) -> Self {
        Self(keys.into_iter().map(|key| hmac::Key::new(hmac::HMAC_SHA256, &key)).collect())
    }

    /// The seal for a manifest.
    pub(crate) fn seal(&self, manifest: &Manifest) -> Option<String> {
        let key = self.0.first()?;
        Some(HEXLOWER.encode(hmac::sign(key, &content(manifest)?).as_ref()))
    }

    /// Whether a manifest has a good seal.
    pub(crate) fn verify(&self, manifest: &Manifest) -> bool {
        let seal = manifest.seal.as_ref().and_then(|seal| HEXLOWER.decode(seal.as_bytes()).ok());
        let (Some(seal), Some(content)) = (seal, content(manifest)) else { return false };
        self.0.iter().any(|key| hmac::verify(key, &content, &seal).is_ok())
    }
}

/// What is sealed: the manifest without its seal.
fn content(manifest: &Manifest) -> Option<Vec<u8>> {
    serde_json::to_vec(&Manifest { seal: None, ..manifest.clone() }).ok()
}
