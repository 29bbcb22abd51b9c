//! `Finding`: a problem that `freehold doctor` found.

use serde::{Deserialize, Serialize};

use crate::{Storage, TenantName};

/// A difference between the catalog and a storage, or a fault of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The tenant whose database it is. `None` if the database is not the present one of a tenant.
    pub tenant: Option<TenantName>,
    /// The storage.
    pub storage: Storage,
    /// The name of the database in the storage. `None` means the storage as a whole.
    pub database: Option<String>,
    /// The kind of fault.
    pub ailment: Ailment,
    /// Details for a person, such as the error. May be empty.
    pub detail: String,
    /// Whether this run repaired it.
    pub mended: bool,
}

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ailment {
    /// A database that belongs to no tenant.
    Orphan,
    /// A database whose creation or removal did not finish. It is safe to remove.
    HalfMade,
    /// The catalog lists a database that its storage does not have. Restore it from a backup.
    Missing,
    /// The storage does not answer, refuses access, or blocks the database.
    Unreachable,
    /// The database, or a part of it, cannot be read. Restore it from a backup.
    Damaged,
    /// The schema does not match the version of the database, or the version is newer than this Freehold knows.
    Schema,
}

impl Finding {
    /// Makes a finding about a storage as a whole.
    pub fn of_storage(storage: Storage, ailment: Ailment) -> Self {
        Self { tenant: None, storage, database: None, ailment, detail: String::new(), mended: false }
    }
}

impl Ailment {
    /// Returns the word for the fault in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Orphan => "orphan",
            Self::HalfMade => "half-made",
            Self::Missing => "missing",
            Self::Unreachable => "unreachable",
            Self::Damaged => "damaged",
            Self::Schema => "schema",
        }
    }

    /// Returns advice for the operator. Its commands can be pasted if the tenant is known.
    pub fn advice(self, tenant: Option<&TenantName>) -> String {
        let restore = format!("`freehold restore {}`", tenant.map_or("NAME", TenantName::as_ref));
        match self {
            Self::HalfMade => "`freehold doctor --fix` removes it".to_owned(),
            Self::Orphan => {
                "if the catalog was lost, `freehold catalog restore` puts a copy back; otherwise `freehold doctor --fix` \
                 moves the file to the folder orphans, and `freehold import` makes a workspace of it. At Turso it stays, \
                 because another program may use it"
                    .to_owned()
            }
            Self::Missing | Self::Damaged => format!("{restore} brings the latest backup back"),
            Self::Unreachable => "check that its storage is running and gives Freehold access".to_owned(),
            Self::Schema => {
                format!("{restore} brings the latest backup back; or run the version of Freehold that made the database")
            }
        }
    }
}
