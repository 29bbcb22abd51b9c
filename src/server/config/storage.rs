//! `StorageConfig`: the storages of workspaces' databases, from flags and environment. A part of `Config`.

#![expect(clippy::doc_markdown, reason = "these docs are the manual, read as plain text")]

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use backend::{LibsqlServerSettings, StorageSettings, TursoSettings};
use clap::Args;
use domain::{Secret, Storage};
use url::{Host, Url};

/// Where workspaces' databases are kept.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Storage")]
pub struct StorageConfig {
    /// Where the databases of new workspaces are kept: `local` (a file each, in the data folder), `libsql-server` or `turso`
    ///
    /// Those that there are stay where they are: `freehold tenants move` moves them.
    #[arg(long, env = "FREEHOLD_STORAGE", value_name = "STORAGE", default_value_t = Storage::Local)]
    pub storage: Storage,

    /// How long a call to libsql-server or Turso may take, such as 2s or 500ms; the workspace answers 503 then
    #[arg(long, env = "FREEHOLD_STORAGE_DEADLINE", value_name = "TIME", default_value = "2s", value_parser = time)]
    pub storage_deadline: Duration,

    /// libsql-server: where databases are read and written, such as http://10.0.0.2:8080
    #[arg(long, env = "FREEHOLD_LIBSQL_URL", value_name = "URL", requires = "libsql_admin_url")]
    pub libsql_url: Option<Url>,

    /// libsql-server: where namespaces are made and removed, such as http://10.0.0.2:9090; nobody else may reach it
    #[arg(long, env = "FREEHOLD_LIBSQL_ADMIN_URL", value_name = "URL", requires = "libsql_url")]
    pub libsql_admin_url: Option<Url>,

    /// libsql-server: its --admin-auth-key; `ps` shows a flag, so better the variable or --libsql-admin-key-file
    #[arg(long, env = "FREEHOLD_LIBSQL_ADMIN_KEY", value_name = "KEY", hide_env_values = true)]
    pub libsql_admin_key: Option<Secret>,

    /// libsql-server: the file that holds its --admin-auth-key
    #[arg(long, env = "FREEHOLD_LIBSQL_ADMIN_KEY_FILE", value_name = "FILE", conflicts_with = "libsql_admin_key")]
    pub libsql_admin_key_file: Option<PathBuf>,

    /// libsql-server: the file of the Ed25519 private key (PEM) whose public key is its --auth-jwt-key-file
    ///
    /// May be left out only for a server on this machine.
    #[arg(long, env = "FREEHOLD_LIBSQL_JWT_KEY_FILE", value_name = "FILE")]
    pub libsql_jwt_key_file: Option<PathBuf>,

    /// Turso: the organization's slug
    #[arg(long, env = "FREEHOLD_TURSO_ORGANIZATION", value_name = "SLUG", requires_all = ["turso_group", "turso_token"])]
    pub turso_organization: Option<String>,

    /// Turso: the group that databases are made in
    #[arg(long, env = "FREEHOLD_TURSO_GROUP", value_name = "GROUP", requires = "turso_organization")]
    pub turso_group: Option<String>,

    /// Turso: a platform token, best one for this group alone; `ps` shows a flag, so better the variable or
    /// --turso-api-token-file
    #[arg(long, env = "FREEHOLD_TURSO_API_TOKEN", value_name = "TOKEN", hide_env_values = true, group = "turso_token")]
    pub turso_api_token: Option<Secret>,

    /// Turso: the file that holds the platform token
    #[arg(long, env = "FREEHOLD_TURSO_API_TOKEN_FILE", value_name = "FILE", group = "turso_token")]
    pub turso_api_token_file: Option<PathBuf>,

    /// Turso: the Platform API
    #[arg(long, env = "FREEHOLD_TURSO_API_URL", value_name = "URL", default_value = "https://api.turso.tech")]
    pub turso_api_url: Url,

    /// Turso: how a database's address is made of its hostname
    #[arg(long, env = "FREEHOLD_TURSO_DATABASE_URL", value_name = "PATTERN", default_value = "https://{hostname}")]
    pub turso_database_url: String,

    /// Turso: how large a new database may grow, such as 256mb [default: what the plan allows]
    #[arg(long, env = "FREEHOLD_TURSO_SIZE_LIMIT", value_name = "SIZE")]
    pub turso_size_limit: Option<String>,

    /// Turso: how many databases are made beforehand, so that a sign-up does not wait for one
    #[arg(long, env = "FREEHOLD_TURSO_SPARES", value_name = "NUMBER", default_value_t = 2)]
    pub turso_spares: usize,
}

/// Why the configuration of a storage cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StorageConfigError {
    /// New workspaces are to be on a storage that is not configured.
    #[error("--storage {0} needs {1}")]
    Unset(Storage, &'static str),
    /// The file of a key or token cannot be read.
    #[error("the {what} {} cannot be read: {source}", file.display())]
    Key {
        /// The content of the file, such as `JWT key`.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// The file of a key or token is empty.
    #[error("the {0} {file} is empty", file = .1.display())]
    Empty(&'static str, PathBuf),
    /// A libsql-server on another machine has no JWT key. Every client that reaches it could read every workspace.
    #[error("a libsql-server at {0} needs --libsql-jwt-key-file: without it, whoever reaches it reads every workspace")]
    Open(Url),
}

impl StorageConfig {
    /// The backend's settings.
    pub(crate) fn settings(&self) -> Result<StorageSettings, StorageConfigError> {
        Ok(StorageSettings {
            default: self.storage,
            libsql_server: self.libsql_server()?,
            turso: self.turso()?,
            deadline: self.storage_deadline,
        })
    }

    /// The libsql-server. `None` if it is not configured and not needed.
    fn libsql_server(&self) -> Result<Option<LibsqlServerSettings>, StorageConfigError> {
        let (Some(url), Some(admin_url)) = (self.libsql_url.clone(), self.libsql_admin_url.clone()) else {
            let needs = "--libsql-url, --libsql-admin-url, --libsql-admin-key-file and --libsql-jwt-key-file";
            return self.unless_wanted(Storage::LibsqlServer, needs);
        };
        let jwt_key = read("JWT key", self.libsql_jwt_key_file.as_deref())?;
        if jwt_key.is_none() && !is_here(&url) {
            return Err(StorageConfigError::Open(url));
        }
        let admin_key = read("admin key", self.libsql_admin_key_file.as_deref())?.or(self.libsql_admin_key.clone());
        Ok(Some(LibsqlServerSettings { url, admin_url, admin_key, jwt_key }))
    }

    /// The account at Turso. `None` if it is not configured and not needed.
    fn turso(&self) -> Result<Option<TursoSettings>, StorageConfigError> {
        let token = read("API token", self.turso_api_token_file.as_deref())?.or(self.turso_api_token.clone());
        let named = (self.turso_organization.clone(), self.turso_group.clone(), token);
        let (Some(organization), Some(group), Some(token)) = named else {
            let needs = "--turso-organization, --turso-group and --turso-api-token or --turso-api-token-file";
            return self.unless_wanted(Storage::Turso, needs);
        };
        Ok(Some(TursoSettings {
            organization,
            group,
            token,
            api_url: self.turso_api_url.clone(),
            database_url: self.turso_database_url.clone(),
            size_limit: self.turso_size_limit.clone(),
            spares: self.turso_spares,
        }))
    }

    fn unless_wanted<T>(&self, storage: Storage, needs: &'static str) -> Result<Option<T>, StorageConfigError> {
        if self.storage == storage { Err(StorageConfigError::Unset(storage, needs)) } else { Ok(None) }
    }
}

/// Reads a key or token from a file, without the white space around it.
fn read(what: &'static str, file: Option<&Path>) -> Result<Option<Secret>, StorageConfigError> {
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read_to_string(file).map(Secret::from);
    let text = text.map_err(|source| StorageConfigError::Key { what, file: file.to_owned(), source })?;
    match text.expose().trim() {
        "" => Err(StorageConfigError::Empty(what, file.to_owned())),
        key => Ok(Some(Secret::from(key.to_owned()))),
    }
}

/// Whether the host of a URL is `localhost` or a loopback address.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn time(text: &str) -> Result<Duration, String> {
    let time: jiff::SignedDuration = text.parse().map_err(|_| "it must be a time such as 2s or 500ms".to_owned())?;
    let time = Duration::try_from(time).ok().filter(|time| !time.is_zero());
    time.ok_or_else(|| "it must be more than nothing".to_owned())
}
