//! What `freehold doctor` finds.

use serde::{Deserialize, Serialize};

use crate::{Storage, TenantName};

/// Something that is not as the catalog says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Whose database it is, if it is a tenant's.
    pub tenant: Option<TenantName>,
    /// What it is kept on.
    pub storage: Storage,
    /// The database's name there.
    pub database: Option<String>,
    /// What is wrong.
    pub ailment: Ailment,
    /// In more words.
    pub detail: String,
    /// Whether it was mended just now.
    pub mended: bool,
}

/// What may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ailment {
    /// A storage has a database that no tenant has.
    Orphan,
    /// A database that was begun or removed and not finished. Safe to remove.
    HalfMade,
    /// The catalog has a database that is not there. Restore it from a backup.
    Missing,
    /// Its storage does not answer.
    Unreachable,
    /// It cannot be read, or not all of it. Restore it from a backup.
    Damaged,
    /// Its schema is not the one that its version says.
    Schema,
}

impl Finding {
    /// Something about a storage as a whole.
    pub fn of_storage(storage: Storage, ailment: Ailment) -> Self {
        Self { tenant: None, storage, database: None, ailment, detail: String::new(), mended: false }
    }
}

impl Ailment {
    /// The word for it, in JSON and on the command line.
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

    /// What to do about it, with commands that can be pasted where it is known whose database it is.
    pub fn advice(self, tenant: Option<&TenantName>) -> String {
        let restore = format!("`freehold restore {}`", tenant.map_or("NAME", TenantName::as_ref));
        match self {
            Self::HalfMade => "`freehold doctor --fix` removes it".to_owned(),
            Self::Orphan => {
                "if the catalog was lost, `freehold catalog restore` puts a copy back; otherwise `freehold doctor --fix` \
                 moves the file to the folder orphans, and `freehold import` makes a workspace of it. At Turso it stays: it \
                 may be somebody else's"
                    .to_owned()
            }
            Self::Missing | Self::Damaged => format!("{restore} brings the latest backup back"),
            Self::Unreachable => "see whether its storage runs and lets Freehold in".to_owned(),
            Self::Schema => {
                format!("{restore} brings the latest backup back; or run the version of Freehold that made the database")
            }
        }
    }
}
