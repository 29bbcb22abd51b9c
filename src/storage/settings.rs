//! Settings of the storages: which ones exist, and how each is reached.

use std::time::Duration;

use domain::{Secret, Storage};
use url::Url;

use crate::{MigrationListener, MigrationSet};

/// Settings of all storages of the program.
#[derive(Debug, Clone)]
pub struct StorageSettings {
    /// The storage of new databases.
    pub default: Storage,
    /// The libsql-server, if one is used.
    pub libsql_server: Option<LibsqlServerSettings>,
    /// The account at Turso, if one is used.
    pub turso: Option<TursoSettings>,
    /// Deadline of a call to a storage on a server.
    pub deadline: Duration,
}

/// The schema of the databases, and the listener for migrations of files.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The migrations that create the schema.
    pub migrations: MigrationSet,
    /// Called at each stage of a migration.
    pub listener: MigrationListener,
}

/// Addresses of a libsql-server, and Freehold's credentials for it.
#[derive(Debug, Clone)]
pub struct LibsqlServerSettings {
    /// URL at which databases are read and written.
    pub url: Url,
    /// URL of the admin API, which creates and deletes namespaces.
    pub admin_url: Url,
    /// Key of the admin API. `None` means that the API asks for none.
    pub admin_key: Option<Secret>,
    /// Ed25519 private key in PEM that signs tokens. `None` means that the server asks for no token.
    pub jwt_key: Option<Secret>,
}

/// An account at Turso.
#[derive(Debug, Clone)]
pub struct TursoSettings {
    /// The organization's slug.
    pub organization: String,
    /// The group in which databases are created.
    pub group: String,
    /// A token for the Platform API.
    pub token: Secret,
    /// URL of the Platform API.
    pub api_url: Url,
    /// Pattern that makes a database's URL from its host: `https://{hostname}`.
    pub database_url: String,
    /// Size limit of a new database, such as `256mb`. `None` means the limit of the plan.
    pub size_limit: Option<String>,
    /// How many databases are kept ready for the next sign-ups.
    pub spares: usize,
}
