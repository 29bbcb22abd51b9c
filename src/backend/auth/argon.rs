//! Password hashing with one set of parameters: Argon2id, version 19, 19 MiB, 2 passes, 1 lane. A hash with other parameters is
//! refused. A file from another server could otherwise decide how much time and memory a sign-in takes.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use domain::Secret;

/// A hash of no known password. `verify` uses it when there is no valid hash, so that every refusal costs the same.
const STAND_IN: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$ZnJlZWhvbGQvbm9ib2R5$0oFTjgHPIiLr8CK8Uj9wDcM3MlkpNhZ0D3JyT3gxOlA";
/// The prefix of every hash that this program makes.
const OURS: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// Returns the PHC string of a password. `None` means that Argon2 refused the password.
pub(crate) fn hash(password: &Secret, salt: &[u8]) -> Option<String> {
    let hash = argon2().hash_password_with_salt(password.expose().as_bytes(), salt);
    hash.ok().map(|hash| hash.to_string())
}

/// Whether the password matches the hash. It takes the same time when there is no hash or an invalid one.
pub(crate) fn verify(password: &Secret, hash: Option<&str>) -> bool {
    let hash = hash.filter(|hash| is_ours(hash));
    let is_right = argon2().verify_password(password.expose().as_bytes(), hash.unwrap_or(STAND_IN)).is_ok();
    is_right && hash.is_some()
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// Whether a hash has the parameters of this program and is complete.
fn is_ours(hash: &str) -> bool {
    let lengths = |hash: PasswordHash| Some((hash.salt?.len(), hash.hash?.len()));
    hash.starts_with(OURS) && PasswordHash::new(hash).ok().and_then(lengths) == Some((16, 32))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn secret(text: &str) -> Secret {
        text.to_owned().into()
    }

    #[test]
    fn a_hash_is_of_the_set_cost_and_verifies_only_its_password() {
        let hash = hash(&secret("correct horse"), &[7; 16]).unwrap();
        assert!(hash.starts_with(OURS), "{hash}");
        assert!(verify(&secret("correct horse"), Some(&hash)));
        assert!(!verify(&secret("wrong horse"), Some(&hash)));
    }

    #[test]
    fn every_refusal_costs_one_hash_of_the_set_cost_whatever_the_database_holds() {
        let password = secret("correct horse");
        let ours = hash(&password, &[7; 16]).unwrap();
        let cost = took(|| assert!(verify(&password, Some(&ours))));
        let other = |algorithm, version, params: (u32, u32, u32)| {
            let params = Params::new(params.0, params.1, params.2, None).unwrap();
            let other = Argon2::new(algorithm, version, params);
            other.hash_password_with_salt(password.expose().as_bytes(), &[7; 16]).unwrap().to_string()
        };
        let (id, new) = (Algorithm::Argon2id, Version::V0x13);
        for no_hash in [
            None,
            Some(String::new()),
            Some("x".to_owned()),
            Some("$argon2id$v=19$m=19456,t=2,p=1".to_owned()),
            Some("$argon2id$v=19$m=19456,t=2,p=1$c2hvcnQ$aGFzaA".to_owned()),
            Some(ours[..ours.len() - 8].to_owned()),
            Some(format!("{ours} ")),
            Some(other(id, new, (8, 1, 1))),
            Some(other(id, Version::V0x10, (19_456, 2, 1))),
            Some(other(Algorithm::Argon2d, new, (19_456, 2, 1))),
            Some(other(Algorithm::Argon2i, new, (19_456, 2, 1))),
            Some(ours.replace("m=19456,t=2", "m=4000000,t=1000")),
            Some(ours.replace("m=19456,t=2,p=1", "t=2,m=19456,p=1")),
        ] {
            let spent = took(|| assert!(!verify(&password, no_hash.as_deref()), "{no_hash:?} signs in"));
            // The bounds are wide enough for any scheduler. They catch a missing hash (0) and a foreign cost (minutes).
            assert!(
                spent > cost / 10 && spent < cost * 50 + Duration::from_secs(1),
                "{no_hash:?}: {spent:?}, {cost:?}"
            );
        }
    }

    fn took(work: impl FnOnce()) -> Duration {
        let began = Instant::now();
        work();
        began.elapsed()
    }
}
