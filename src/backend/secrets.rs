//! The master secrets and the keys derived from them: HKDF-SHA256 over purpose, tenant and epoch, so that no key of one
//! purpose or tenant is a key of another. The file holds lines of `id:base64`; the first signs, all of them verify.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::hkdf;
use data_encoding::BASE64;
use domain::TenantId;
use zeroize::Zeroizing;

use crate::{
    Random,
    storage::local::{beside, sync_folder},
};

/// The fewest bytes of a master secret.
const MIN: usize = 32;

/// What a derived key is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Session,
    Cursor,
    Flash,
}

/// The master secrets: new keys come of the first; those of the older ones still verify.
pub(crate) struct Secrets {
    first: hkdf::Prk,
    older: Vec<hkdf::Prk>,
}

/// Why the secret file cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It cannot be read or made.
    #[error("the secret file {path} cannot be used: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read it.
    #[error("the secret file {0} may be read by others: run `chmod 600` on it")]
    Open(PathBuf),
    /// A line is not of the form.
    #[error("line {1} of the secret file {0} is not `id:base64` of at least {MIN} bytes")]
    Line(PathBuf, usize),
    /// It has no secret.
    #[error("the secret file {0} is empty: delete it to have one made, or put `id:base64` in it")]
    Empty(PathBuf),
}

impl Secrets {
    /// Reads the file; makes it first where it is not there.
    pub(crate) fn load(path: &Path, random: &dyn Random) -> Result<Self, SecretError> {
        let failed = |source| SecretError::Io { path: path.to_owned(), source };
        if !path.exists() {
            make(path, random).map_err(failed)?;
        }
        let mut file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.mode() & 0o077 != 0 {
            return Err(SecretError::Open(path.to_owned()));
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(failed)?;
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let mut secrets =
            lines.map(|(number, line)| parse(line).ok_or_else(|| SecretError::Line(path.to_owned(), number)));
        let first = secrets.next().ok_or_else(|| SecretError::Empty(path.to_owned()))??;
        Ok(Self { first, older: secrets.collect::<Result<_, _>>()? })
    }

    /// The key for a purpose of a tenant at an epoch.
    pub(crate) fn key<const N: usize>(&self, purpose: Purpose, tenant: Option<TenantId>, epoch: u32) -> [u8; N] {
        derive(&self.first, purpose, tenant, epoch)
    }

    /// The same, of the older master secrets.
    pub(crate) fn older_keys<const N: usize>(
        &self,
        purpose: Purpose,
        tenant: Option<TenantId>,
        epoch: u32,
    ) -> Vec<[u8; N]> {
        self.older.iter().map(|secret| derive(secret, purpose, tenant, epoch)).collect()
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8160 bytes; ours are 32 and 64")]
fn derive<const N: usize>(secret: &hkdf::Prk, purpose: Purpose, tenant: Option<TenantId>, epoch: u32) -> [u8; N] {
    let purpose = match purpose {
        Purpose::Session => "freehold/v1/session",
        Purpose::Cursor => "freehold/v1/cursor",
        Purpose::Flash => "freehold/v1/flash",
    };
    // Without a tenant, sixteen zero bytes stand in its place: no UUIDv7 is that.
    let tenant = tenant.map_or([0; 16], |tenant| *tenant.as_bytes());
    let info = [purpose.as_bytes(), &tenant, &epoch.to_be_bytes()];
    let mut key = [0; N];
    secret.expand(&info, Length(N)).and_then(|okm| okm.fill(&mut key)).expect("the length is in HKDF's range");
    key
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn parse(line: &str) -> Option<hkdf::Prk> {
    let (id, secret) = line.trim().split_once(':')?;
    let secret = Zeroizing::new(BASE64.decode(secret.trim().as_bytes()).ok()?);
    let fits = !id.is_empty() && secret.len() >= MIN;
    fits.then(|| hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&secret))
}

/// Written beside and linked to its name, so that a crash leaves a whole file or none, and nothing is ever replaced.
fn make(path: &Path, random: &dyn Random) -> io::Result<()> {
    let mut secret = Zeroizing::new([0; MIN]);
    random.fill(&mut *secret);
    let new = beside(path);
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    writeln!(file, "1:{}", BASE64.encode(&*secret))?;
    file.sync_all()?;
    let linked = fs::hard_link(&new, path);
    fs::remove_file(&new)?;
    linked?;
    sync_folder(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ambient;

    #[test]
    fn keys_of_other_purposes_tenants_and_epochs_differ() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::load(&folder.path().join("secret"), &Ambient).unwrap();
        let tenants = [Some(TenantId::new(1, &[1; 10])), Some(TenantId::new(1, &[2; 10])), None];
        let mut keys = Vec::new();
        for purpose in [Purpose::Session, Purpose::Cursor, Purpose::Flash] {
            for tenant in tenants {
                for epoch in [1, 2] {
                    keys.push(secrets.key::<32>(purpose, tenant, epoch));
                }
            }
        }
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn what_is_there_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::os::unix::fs::symlink(folder.path().join("not mounted"), &path).unwrap();
        assert!(matches!(Secrets::load(&path, &Ambient), Err(SecretError::Io { .. })));
        assert!(path.is_symlink());
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        Secrets::load(&path, &Ambient).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Secrets::load(&path, &Ambient), Err(SecretError::Open(_))));
    }

    #[test]
    fn a_bad_line_is_named_and_an_empty_file_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        Secrets::load(&path, &Ambient).unwrap();
        fs::write(&path, "1:c2hvcnQ=\n").unwrap();
        assert!(matches!(Secrets::load(&path, &Ambient), Err(SecretError::Line(_, 1))));
        fs::write(&path, "\n").unwrap();
        assert!(matches!(Secrets::load(&path, &Ambient), Err(SecretError::Empty(_))));
    }
}
