//! `Tenant`: what memory holds of one tenant: who it is, where its database is, and the door to it.
//! The door is one read–write lock around the open database: a request's lease is a read guard; opening, closing,
//! evicting, suspending take the write guard, and so wait for the leases and keep new ones out.

use std::sync::{
    Arc, OnceLock, PoisonError, RwLock,
    atomic::{AtomicU64, Ordering},
};

use domain::{BaseUrl, DisplayName, TenantId, TenantName, TenantState, TenantView};
use jiff::Timestamp;
use tokio::sync::OwnedRwLockReadGuard;

use crate::{
    Error,
    secrets::{Purpose, Secrets},
    storage::{Database, Row},
    token::Keys,
};

/// One tenant.
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) database: String,
    pub(crate) created_at: Timestamp,
    record: RwLock<Arc<Record>>,
    pub(super) slot: Arc<tokio::sync::RwLock<Option<Database>>>,
    /// When it was last leased, in ticks of the pool.
    pub(super) used: AtomicU64,
}

/// What of a tenant may change.
pub(crate) struct Record {
    pub(crate) name: TenantName,
    pub(crate) display_name: DisplayName,
    pub(crate) state: TenantState,
    pub(crate) state_since: Timestamp,
    pub(crate) key_epoch: u32,
    keys: OnceLock<Keys>,
}

/// The open database of a tenant, kept open as long as this lives.
pub(crate) struct Lease(OwnedRwLockReadGuard<Option<Database>, Database>);

impl Tenant {
    /// One that is being made.
    pub(crate) fn new(id: TenantId, name: TenantName, now: Timestamp) -> Self {
        let record = Record {
            display_name: DisplayName::from(&name),
            state: TenantState::Creating,
            state_since: now,
            key_epoch: 1,
            keys: OnceLock::new(),
            name,
        };
        Self::with(id, database_name(&record.name, id), now, record)
    }

    /// One that the catalog knows: `id, name, display_name, state, state_since, key_epoch, database, created_at`.
    pub(crate) fn from_row(row: &Row) -> Result<Self, crate::storage::StorageError> {
        let record = Record {
            name: row.get(1)?,
            display_name: row.get(2)?,
            state: row.get(3)?,
            state_since: row.get(4)?,
            key_epoch: row.get(5)?,
            keys: OnceLock::new(),
        };
        Ok(Self::with(row.get(0)?, row.get(6)?, row.get(7)?, record))
    }

    fn with(id: TenantId, database: String, created_at: Timestamp, record: Record) -> Self {
        Self {
            id,
            database,
            created_at,
            record: RwLock::new(Arc::new(record)),
            slot: Arc::default(),
            used: AtomicU64::new(0),
        }
    }

    /// What may change, as it is now.
    pub(crate) fn record(&self) -> Arc<Record> {
        Arc::clone(&self.record.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Enters a state: after the catalog has it.
    pub(crate) fn enter(&self, state: TenantState, since: Timestamp) {
        self.show(|record| (record.state, record.state_since) = (state, since));
    }

    /// Takes another name for people: after the catalog has it.
    pub(crate) fn rename(&self, name: DisplayName) {
        self.show(|record| record.display_name = name);
    }

    fn show(&self, change: impl FnOnce(&mut Record)) {
        let mut shown = self.record.write().unwrap_or_else(PoisonError::into_inner);
        let mut record = Record {
            name: shown.name.clone(),
            display_name: shown.display_name.clone(),
            state: shown.state,
            state_since: shown.state_since,
            key_epoch: shown.key_epoch,
            keys: OnceLock::new(),
        };
        change(&mut record);
        *shown = Arc::new(record);
    }

    /// Whether it may be used.
    pub(crate) fn admits(&self) -> Result<(), Error> {
        match self.record().state {
            TenantState::Active => Ok(()),
            TenantState::Suspended => Err(Error::Suspended),
            TenantState::Creating => Err(Error::busy("the tenant is being made")),
        }
    }

    /// The open database, unless it is closed.
    pub(super) async fn open_lease(&self, tick: u64) -> Option<Lease> {
        let guard = Arc::clone(&self.slot).read_owned().await;
        self.used.store(tick, Ordering::Relaxed);
        OwnedRwLockReadGuard::try_map(guard, Option::as_ref).ok().map(Lease)
    }

    /// As the operator sees it.
    pub(crate) fn view(&self, base: &BaseUrl) -> TenantView {
        let record = self.record();
        TenantView {
            id: self.id,
            url: base.tenant(&record.name),
            name: record.name.clone(),
            display_name: record.display_name.clone(),
            state: record.state,
            state_since: record.state_since,
            database: self.database.clone(),
            created_at: self.created_at,
        }
    }
}

impl Record {
    /// The keys of this epoch, derived once.
    pub(crate) fn keys(&self, tenant: TenantId, secrets: &Secrets) -> &Keys {
        self.keys.get_or_init(|| {
            let (purpose, tenant) = (Purpose::Session, Some(tenant));
            Keys::new(
                &secrets.key(purpose, tenant, self.key_epoch),
                &secrets.older_keys(purpose, tenant, self.key_epoch),
            )
        })
    }
}

impl std::ops::Deref for Lease {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.0
    }
}

/// `<name, cut to fit>-<8 base32 characters of the id's random tail>`: at most 48 characters, so that it fits a DNS label
/// beside an organisation's name too.
fn database_name(name: &TenantName, id: TenantId) -> String {
    let name = name.as_ref();
    let stem = name[..name.len().min(39)].trim_end_matches('-');
    let tail = data_encoding::BASE32_NOPAD.encode(&id.as_bytes()[11..]).to_ascii_lowercase();
    format!("{stem}-{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_name_is_one_dns_label_that_tells_its_tenant() {
        let id = TenantId::new(1, &[0xff; 10]);
        assert_eq!(database_name(&"acme".parse().unwrap(), id), "acme-77777777");
        let long = format!("{}-a", "x".repeat(38));
        assert_eq!(database_name(&long.parse().unwrap(), id), format!("{}-77777777", "x".repeat(38)));
    }
}
