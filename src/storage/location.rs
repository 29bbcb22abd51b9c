//! `DatabaseLocation`: where a database is. The catalog keeps it, and a storage needs nothing else to find the database.

use domain::{Storage, TenantId, TenantName};

/// Location of a database that exists or is about to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseLocation {
    /// The tenant that owns the database.
    pub tenant: TenantId,
    /// The kind of storage.
    pub storage: Storage,
    /// The database's name on the storage: one DNS label, which is never used again.
    pub name: String,
    /// The host that Turso gave the database. `None` before that, and on other storages.
    pub host: Option<String>,
}

impl DatabaseLocation {
    /// Location of a tenant's first database. Its name is made of the tenant's name and the random tail of the tenant's id.
    pub fn first(storage: Storage, tenant: TenantId, name: &TenantName) -> Self {
        let tail: [u8; 5] = std::array::from_fn(|index| tenant.as_bytes()[11 + index]);
        Self::new(storage, tenant, name, tail)
    }

    /// Location of a further database of the same tenant, for a restore or a move.
    pub fn new(storage: Storage, tenant: TenantId, name: &TenantName, tail: [u8; 5]) -> Self {
        Self { tenant, storage, name: database_name(name, tail), host: None }
    }
}

/// Database name: `<name, cut to fit>-<8 base32 characters>`. It has at most 48 characters, so that it fits a DNS label
/// together with an organisation's name.
fn database_name(name: &TenantName, tail: [u8; 5]) -> String {
    let name = name.as_ref();
    let stem = name[..name.len().min(39)].trim_end_matches('-');
    format!("{stem}-{}", data_encoding::BASE32_NOPAD.encode(&tail).to_ascii_lowercase())
}

/// Whether a name has the form that `database_name` returns.
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
