//! The master secrets and the keys that are derived from them. HKDF-SHA256 takes the purpose, the tenant and the epoch, so that
//! each of them has another key. The secret file has lines of `id:base64`. The first secret signs, and all of them verify.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::hkdf;
use data_encoding::BASE64;
use domain::TenantId;
use storage::files::{beside, sync_folder};
use zeroize::Zeroizing;

use crate::Random;

/// The minimum length of a master secret, in bytes.
const MIN: usize = 32;

/// The purpose of a derived key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Session,
    Cursor,
    Flash,
    Backup,
}

/// The master secrets. New signatures use a key of the first one. Keys of the older ones only verify.
pub(crate) struct Secrets {
    first: hkdf::Prk,
    older: Vec<hkdf::Prk>,
}

/// Why the secret file cannot be used, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or created.
    #[error("the secret file {} cannot be used: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Other users of the machine may read the file.
    #[error("the secret file {} may be read by others: run `chmod 600` on it", .0.display())]
    Open(PathBuf),
    /// A line does not have the right form.
    #[error("line {line} of the secret file {path} is not `id:base64` of at least {MIN} bytes that are not all zero",
        line = .1, path = .0.display())]
    Line(PathBuf, usize),
    /// The file does not exist, but the catalog has workspaces.
    #[error(
        "the secret file {} is missing, and the catalog has workspaces: put the file back. If it is lost for good, \
         `freehold secret new` makes another one, and everyone signs in anew", path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file exists already.
    #[error("the secret file {} is there: nothing was changed", .0.display())]
    There(PathBuf),
    /// Two lines have the same id and different secrets.
    #[error(
        "line {line} of the secret file {path} has the id of a line before it, and another secret: give it another id",
        line = .1, path = .0.display()
    )]
    Twice(PathBuf, usize),
    /// The file has no secret.
    #[error("the secret file {} is empty: put `id:base64` in it", .0.display())]
    Empty(PathBuf),
}

impl Secrets {
    /// Reads the secret file. If it does not exist and there are no tenants, the file is created first.
    pub(crate) fn load(path: &Path, random: &dyn Random, tenants: usize) -> Result<Self, SecretError> {
        let failed = |source| SecretError::Io { path: path.to_owned(), source };
        if !path.exists() {
            if tenants > 0 {
                return Err(SecretError::Missing { path: path.to_owned() });
            }
            make(path, random).map_err(failed)?;
        }
        let mut file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.mode() & 0o077 != 0 {
            return Err(SecretError::Open(path.to_owned()));
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(failed)?;
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let mut known: HashMap<&str, Zeroizing<Vec<u8>>> = HashMap::new();
        let mut secrets = Vec::new();
        for (number, line) in lines {
            let (id, secret) = parse(line).ok_or_else(|| SecretError::Line(path.to_owned(), number))?;
            secrets.push(hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(&secret));
            if known.insert(id, secret.clone()).is_some_and(|other| other != secret) {
                return Err(SecretError::Twice(path.to_owned(), number));
            }
        }
        let mut secrets = secrets.into_iter();
        let first = secrets.next().ok_or_else(|| SecretError::Empty(path.to_owned()))?;
        Ok(Self { first, older: secrets.collect() })
    }

    /// Derives the key for a purpose, a tenant and an epoch.
    pub(crate) fn key<const N: usize>(&self, purpose: Purpose, tenant: Option<TenantId>, epoch: u32) -> [u8; N] {
        derive(&self.first, purpose, tenant, epoch)
    }

    /// Derives the same keys from the older master secrets.
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
        Purpose::Backup => "freehold/v1/backup",
    };
    // Without a tenant, sixteen zero bytes take its place. No UUIDv7 has that value.
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

fn parse(line: &str) -> Option<(&str, Zeroizing<Vec<u8>>)> {
    let (id, secret) = line.trim().split_once(':')?;
    let secret = Zeroizing::new(BASE64.decode(secret.trim().as_bytes()).ok()?);
    let fits = !id.is_empty() && secret.len() >= MIN && secret.iter().any(|&byte| byte != 0);
    fits.then_some((id, secret))
}

/// Makes a new secret file. It is written under a temporary name and then linked to its own name, so a crash leaves a complete
/// file or none, and an existing file is never replaced.
pub(crate) fn make(path: &Path, random: &dyn Random) -> io::Result<()> {
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
        let secrets = load(&folder.path().join("secret")).unwrap();
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

    fn load(path: &Path) -> Result<Secrets, SecretError> {
        Secrets::load(path, &Ambient, 0)
    }

    #[test]
    fn a_file_that_is_missing_is_made_only_where_there_is_no_tenant() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert!(matches!(Secrets::load(&path, &Ambient, 1), Err(SecretError::Missing { .. })));
        assert!(!path.exists());
        Secrets::load(&path, &Ambient, 0).unwrap();
        assert!(Secrets::load(&path, &Ambient, 1).is_ok());
    }

    #[test]
    fn what_is_there_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::os::unix::fs::symlink(folder.path().join("not mounted"), &path).unwrap();
        assert!(matches!(load(&path), Err(SecretError::Io { .. })));
        assert!(path.is_symlink());
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        load(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(load(&path), Err(SecretError::Open(_))));
    }

    #[test]
    fn a_bad_line_is_named_and_an_empty_file_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        load(&path).unwrap();
        fs::write(&path, "1:c2hvcnQ=\n").unwrap();
        assert!(matches!(load(&path), Err(SecretError::Line(_, 1))));
        fs::write(&path, format!("1:{}\n", BASE64.encode(&[0; 32]))).unwrap();
        assert!(matches!(load(&path), Err(SecretError::Line(_, 1))), "zeros are no secret");
        let lines = |ids: [u8; 2]| ids.map(|id| format!("1:{}\n", BASE64.encode(&[id; 32]))).concat();
        fs::write(&path, lines([1, 2])).unwrap();
        assert!(matches!(load(&path), Err(SecretError::Twice(_, 2))));
        fs::write(&path, lines([1, 1])).unwrap();
        assert!(load(&path).is_ok());
        fs::write(&path, "\n").unwrap();
        assert!(matches!(load(&path), Err(SecretError::Empty(_))));
    }
}
