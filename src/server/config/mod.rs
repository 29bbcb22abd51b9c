//! `Config`: the configuration of one Freehold, from flags and environment. The doc comment of each field is its manual
//! (`freehold serve --help`). It is parsed once at start into the backend's `Settings`. No flag or variable is read later.

#![expect(clippy::doc_markdown, reason = "these docs are the manual, read as plain text")]

mod storage;

use std::{net::SocketAddr, path::PathBuf};

use backend::{CrashPoints, Downloads, Every, Rate, Retention, Schedule, Settings, SignUpPolicy};
use clap::Args;
use domain::{BaseUrl, ReservedNames};

pub use storage::StorageConfig;
use storage::StorageConfigError;

use crate::http::{Proxy, TrustedProxies};

/// How one Freehold is set up.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// The address and port to listen on
    ///
    /// With port 0 the system chooses a free one, and the start-up lines say which.
    #[arg(long, env = "FREEHOLD_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// The address under which people reach this Freehold [default: http://localhost and the port of --listen]
    ///
    /// Scheme, host and port of every link come from it. Workspaces are on its subdomains: point both freehold.example and
    /// *.freehold.example here. http:// is taken for localhost only; elsewhere TLS ends at a proxy before this server, and
    /// the address is https://.
    #[arg(long, env = "FREEHOLD_BASE_URL", value_name = "URL")]
    pub base_url: Option<BaseUrl>,

    /// The folder that holds everything: catalog, databases, secret, operator's socket
    ///
    /// Made if it is not there. One process at a time may use it.
    #[arg(long, env = "FREEHOLD_DATA", value_name = "FOLDER", default_value = "data")]
    pub data: PathBuf,

    /// The file of master secrets [default: the file `secret` in the data folder]
    ///
    /// Made on the first start. Lines of `id:base64`: the first signs new sessions, the others still verify old ones. Only
    /// its owner may be able to read it. If it is lost, everyone is signed out; who has a copy can sign in as anyone.
    #[arg(long, env = "FREEHOLD_SECRET_FILE", value_name = "FILE")]
    pub secret_file: Option<PathBuf>,

    /// Who may sign a workspace up: `open` is anyone, `closed` the operator alone [default: open on localhost, closed elsewhere]
    #[arg(long, env = "FREEHOLD_SIGN_UP", value_name = "POLICY")]
    pub sign_up: Option<SignUpPolicy>,

    /// How many sign-ups one client address may make, such as 20/h, 5/m or 1/s; `off` is no limit
    #[arg(long, env = "FREEHOLD_SIGN_UP_RATE", value_name = "RATE", default_value = "20/h")]
    pub sign_up_rate: Rate,

    /// How many sign-ins one client address may try; `off` is no limit
    #[arg(long, env = "FREEHOLD_SIGN_IN_RATE", value_name = "RATE", default_value = "30/m")]
    pub sign_in_rate: Rate,

    /// How many wrong passwords one account may be tried with, from all addresses together; `off` is no limit
    ///
    /// An address from which the account signed in within the last 30 days is not held up, so that wrong passwords typed
    /// elsewhere keep nobody out of their own account.
    #[arg(long, env = "FREEHOLD_ACCOUNT_RATE", value_name = "RATE", default_value = "20/h")]
    pub account_rate: Rate,

    /// How many passwords one workspace may set for its members, of those whom it adds and of resets; `off` is no limit
    #[arg(long, env = "FREEHOLD_USER_RATE", value_name = "RATE", default_value = "60/m")]
    pub user_rate: Rate,

    /// How many workspace names one client address may look up; `off` is no limit
    #[arg(long, env = "FREEHOLD_LOOKUP_RATE", value_name = "RATE", default_value = "120/m")]
    pub lookup_rate: Rate,

    /// A file of names that no new workspace may have, beside those that are always reserved
    ///
    /// One name a line; `#` begins a comment. Workspaces that exist keep their names.
    #[arg(long, env = "FREEHOLD_RESERVED_NAMES", value_name = "FILE")]
    pub reserved_names: Option<PathBuf>,

    /// How many workspaces there may be [default: no limit]
    #[arg(long, env = "FREEHOLD_MAX_TENANTS", value_name = "NUMBER")]
    pub max_tenants: Option<u64>,

    /// The folder of backups [default: `backups` in the data folder]
    #[arg(long, env = "FREEHOLD_BACKUPS", value_name = "FOLDER")]
    pub backups: Option<PathBuf>,

    /// How often every workspace is backed up, such as 24h, 12h or 7d [default: by command alone]
    ///
    /// One after the other, spread evenly over that time. After a restart those whose latest backup is younger are not due.
    #[arg(long, env = "FREEHOLD_BACKUP_EVERY", value_name = "DURATION")]
    pub backup_every: Option<Every>,

    /// Keep the latest NUMBER backups of each workspace after each backup of --backup-every [default: keep all]
    #[arg(long, env = "FREEHOLD_BACKUP_KEEP", value_name = "NUMBER")]
    pub backup_keep: Option<Retention>,

    /// The proxies whose X-Forwarded-For is trusted: addresses and networks, with commas between [default: none]
    #[arg(long, env = "FREEHOLD_TRUSTED_PROXIES", value_name = "ADDRESSES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Proxy>,

    /// How owners download their databases. No flag changes it; a test does.
    #[arg(skip)]
    pub downloads: Downloads,

    /// Where databases are kept.
    #[command(flatten)]
    pub storage: StorageConfig,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file of reserved names cannot be used.
    #[error(transparent)]
    ReservedNames(#[from] ReservedNamesError),
    /// The configuration of a storage cannot be used.
    #[error(transparent)]
    Storage(#[from] StorageConfigError),
}

/// Why the file of reserved names cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReservedNamesError {
    /// The file cannot be read.
    #[error("the file of reserved names {} cannot be read: {source}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A line of the file is not a name.
    #[error("line {line} of the reserved names {} is no name that a workspace could have: {why}", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The number of the line.
        line: usize,
        /// What is wrong with the line.
        why: domain::InvalidTenantName,
    },
}

impl Config {
    /// The backend's settings, for a server that listens on this port.
    pub(crate) fn settings(&self, port: u16) -> Result<Settings, ConfigError> {
        let base_url = self.base_url.clone().unwrap_or_else(|| BaseUrl::localhost(port));
        let by_default = if base_url.is_localhost() { SignUpPolicy::Open } else { SignUpPolicy::Closed };
        Ok(Settings {
            data: self.data.clone(),
            secret_file: self.secret_file.clone(),
            sign_up: self.sign_up.unwrap_or(by_default),
            sign_up_rate: self.sign_up_rate,
            sign_in_rate: self.sign_in_rate,
            account_rate: self.account_rate,
            user_rate: self.user_rate,
            lookup_rate: self.lookup_rate,
            reserved: self.reserved()?,
            max_tenants: self.max_tenants,
            max_open: None,
            storages: self.storage.settings()?,
            backups: self.backups.clone(),
            downloads: self.downloads,
            crash_points: CrashPoints::default(),
            base_url,
        })
    }

    /// The schedule of backups. `None` means that only the command makes backups.
    pub(crate) fn schedule(&self) -> Option<Schedule> {
        self.backup_every.map(|every| Schedule { every, keep: self.backup_keep })
    }

    /// The proxies whose `X-Forwarded-For` is used.
    pub(crate) fn proxies(&self) -> TrustedProxies {
        TrustedProxies::new(&self.trusted_proxies)
    }

    fn reserved(&self) -> Result<ReservedNames, ReservedNamesError> {
        let Some(file) = &self.reserved_names else { return Ok(ReservedNames::default()) };
        let unreadable = |source| ReservedNamesError::Unreadable { file: file.clone(), source };
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        ReservedNames::with_file(&text).map_err(|(line, why)| ReservedNamesError::Line {
            file: file.clone(),
            line,
            why,
        })
    }
}
