//! Configuration of one database, with the names of libsql-server's admin API, which reads and sets it.

use std::time::Duration;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

/// The configuration, as it is stored, shown, and replaced as a whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) block_reads: bool,
    pub(crate) block_writes: bool,
    #[serde(default)]
    pub(crate) block_reason: Option<String>,
    #[serde(default)]
    pub(crate) max_db_size: Option<ByteSize>,
    #[serde(default)]
    heartbeat_url: Option<String>,
    #[serde(default)]
    pub(crate) jwt_key: Option<String>,
    #[serde(default)]
    allow_attach: bool,
    #[serde(default)]
    txn_timeout_s: Option<u64>,
    #[serde(default)]
    durability_mode: Option<Durability>,
}

/// The settings that may be given when a database is created.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Creation {
    max_db_size: Option<ByteSize>,
    heartbeat_url: Option<String>,
    jwt_key: Option<String>,
    txn_timeout_s: Option<u64>,
    allow_attach: bool,
    durability_mode: Option<Durability>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Durability {
    Extra,
    Strong,
    #[default]
    Relaxed,
    Off,
}

const PAGE: u64 = 4096;

impl From<Creation> for Config {
    fn from(creation: Creation) -> Self {
        Self {
            block_reads: false,
            block_writes: false,
            block_reason: None,
            max_db_size: Some(whole_pages(creation.max_db_size.unwrap_or(ByteSize::pb(1000)))),
            heartbeat_url: creation.heartbeat_url,
            jwt_key: creation.jwt_key,
            allow_attach: creation.allow_attach,
            txn_timeout_s: creation.txn_timeout_s,
            durability_mode: Some(creation.durability_mode.unwrap_or_default()),
        }
    }
}

impl Config {
    /// Configuration of the database `default`, which always exists.
    pub(crate) fn of_default() -> Self {
        Self { txn_timeout_s: Some(5), ..Self::from(Creation::default()) }
    }

    /// Returns the configuration that replaces `before`. A setting that is left out is cleared, except for three that keep
    /// their value.
    pub(crate) fn after(self, before: &Self) -> Self {
        Self {
            max_db_size: self.max_db_size.map(whole_pages).or(before.max_db_size),
            heartbeat_url: self.heartbeat_url.or_else(|| before.heartbeat_url.clone()),
            durability_mode: self.durability_mode.or(before.durability_mode),
            ..self
        }
    }

    /// The pragmas that a new connection to the database runs first.
    pub(crate) fn pragmas(&self) -> String {
        let synchronous = match self.durability_mode.unwrap_or_default() {
            Durability::Extra => "EXTRA",
            Durability::Strong => "FULL",
            Durability::Relaxed => "NORMAL",
            Durability::Off => "OFF",
        };
        let pages = self.max_db_size.map_or(u64::MAX, |size| size.as_u64() / PAGE).min(u64::from(u32::MAX) - 1);
        // No automatic checkpoints, because two connections that write and checkpoint at once can lose commits (libsql#2271).
        format!("PRAGMA synchronous = {synchronous}; PRAGMA max_page_count = {pages}; PRAGMA wal_autocheckpoint = 0")
    }

    /// How long a transaction may keep others from writing. `None` means that it was not set.
    pub(crate) fn transaction(&self) -> Option<Duration> {
        self.txn_timeout_s.map(Duration::from_secs)
    }
}

fn whole_pages(size: ByteSize) -> ByteSize {
    ByteSize::b(size.as_u64() / PAGE * PAGE)
}
