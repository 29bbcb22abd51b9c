//! Which storages there are, and how each is reached.

use std::time::Duration;

use domain::{Secret, Storage};
use url::Url;

use crate::{MigrationListener, MigrationSet};

/// The storages of one program.
#[derive(Debug, Clone)]
pub struct StorageSettings {
    /// What new databases are kept on.
    pub default: Storage,
    /// The libsql-server, if there is one.
    pub libsql_server: Option<LibsqlServerSettings>,
    /// The account at Turso, if there is one.
    pub turso: Option<TursoSettings>,
    /// How long a call to a storage elsewhere may take.
    pub deadline: Duration,
}

/// The schema of the databases, and who is told when a file is migrated to it.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The migrations that make it.
    pub migrations: MigrationSet,
    /// Is told of each stage of a migration.
    pub listener: MigrationListener,
}

/// Where a libsql-server is, and how it lets Freehold in.
#[derive(Debug, Clone)]
pub struct LibsqlServerSettings {
    /// Where databases are read and written.
    pub url: Url,
    /// Where namespaces are made and removed.
    pub admin_url: Url,
    /// What the admin API asks for, if it does.
    pub admin_key: Option<Secret>,
    /// The Ed25519 private key, PEM, that tokens are signed with; none where the server asks for none.
    pub jwt_key: Option<Secret>,
}

/// An account at Turso.
#[derive(Debug, Clone)]
pub struct TursoSettings {
    /// The organization's slug.
    pub organization: String,
    /// The group that databases are made in.
    pub group: String,
    /// A platform token.
    pub token: Secret,
    /// The Platform API.
    pub api_url: Url,
    /// How a database's address is made of its host: `https://{hostname}`.
    pub database_url: String,
    /// How large a new database may grow, such as `256mb`; none is what the plan allows.
    pub size_limit: Option<String>,
    /// How many databases are kept ready for the next sign-ups.
    pub spares: usize,
}
