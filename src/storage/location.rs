//! Where a database is: what the catalog knows of it, and all that a storage needs to find it.

use domain::{Storage, TenantId, TenantName};

/// Where a database is, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseLocation {
    /// Whose it is.
    pub tenant: TenantId,
    /// What it is kept on.
    pub storage: Storage,
    /// Its name there, never used again: one DNS label.
    pub name: String,
    /// The host that Turso gave it, once it has.
    pub host: Option<String>,
}

impl DatabaseLocation {
    /// The first database of a tenant: named for the tenant and the random tail of its id.
    pub fn first(storage: Storage, tenant: TenantId, name: &TenantName) -> Self {
        let tail: [u8; 5] = std::array::from_fn(|index| tenant.as_bytes()[11 + index]);
        Self::new(storage, tenant, name, tail)
    }

    /// A further one of the same tenant, for a restore or a move.
    pub fn new(storage: Storage, tenant: TenantId, name: &TenantName, tail: [u8; 5]) -> Self {
        Self { tenant, storage, name: database_name(name, tail), host: None }
    }
}

/// `<name, cut to fit>-<8 base32 characters>`: at most 48 characters, so that it fits a DNS label beside an organisation's
/// name too.
fn database_name(name: &TenantName, tail: [u8; 5]) -> String {
    let name = name.as_ref();
    let stem = name[..name.len().min(39)].trim_end_matches('-');
    format!("{stem}-{}", data_encoding::BASE32_NOPAD.encode(&tail).to_ascii_lowercase())
}

/// Whether a name is of the form that `database_name` gives.
pub fn is_database_name(name: &str) -> bool {
    let is_tail = |tail: &str| tail.len() == 8 && tail.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    name.rsplit_once('-').is_some_and(|(stem, tail)| stem.parse::<TenantName>().is_ok() && is_tail(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_name_is_one_dns_label_that_tells_its_tenant() {
        let id = TenantId::new(1, &[0xff; 10]);
        let named = |name: &str| DatabaseLocation::first(Storage::Local, id, &name.parse().unwrap()).name;
        assert_eq!(named("acme"), "acme-77777777");
        assert!(is_database_name(&named("acme")) && is_database_name(&named(&"x".repeat(40))));
        for other in ["acme", "my-copy", "acme-7777777", "acme-77777718", "acme-ABCDEFGH", "-77777777", "a b-77777777"]
        {
            assert!(!is_database_name(other), "{other}");
        }
        assert_eq!(named(&format!("{}-a", "x".repeat(38))), format!("{}-77777777", "x".repeat(38)));
    }
}
