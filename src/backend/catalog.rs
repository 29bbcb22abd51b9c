//! The catalog: which tenants there are. Its database decides; memory repeats it, name by name, for the hot path.
//! A change is written first and shown in memory after.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use domain::{DisplayName, Fields, TenantId, TenantName, TenantState};
use jiff::Timestamp;

use crate::{
    Error,
    storage::{CATALOG, Result, local::Database, params},
    tenant::Tenant,
};

/// All tenants of this Freehold.
pub(crate) struct Catalog {
    database: Database,
    tenants: RwLock<Tenants>,
    /// Held while a change is written and shown, so that both see changes in one order.
    changing: tokio::sync::Mutex<()>,
}

/// What has begun must end: its write waits longer than a request would.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Tenants {
    by_name: BTreeMap<TenantName, Arc<Tenant>>,
    by_id: HashMap<TenantId, Arc<Tenant>>,
}

impl Catalog {
    /// Opens it, makes it first where it is not there, migrates it, and reads it into memory. Blocking.
    pub(crate) fn open(path: &Path, now: Timestamp) -> Result<Self> {
        if !path.exists() {
            Database::create(path, &CATALOG, now)?;
        }
        let database = Database::open(path, &CATALOG, now)?;
        let mut tenants = Tenants::default();
        let all = "SELECT id, name, display_name, state, state_since, key_epoch, database, created_at FROM tenants";
        for row in &database.read(all, vec![])?.rows {
            tenants.insert(Arc::new(Tenant::from_row(row)?));
        }
        Ok(Self { database, tenants: RwLock::new(tenants), changing: tokio::sync::Mutex::default() })
    }

    /// The tenant of a name.
    pub(crate) fn by_name(&self, name: &TenantName) -> Option<Arc<Tenant>> {
        self.read().by_name.get(name).cloned()
    }

    /// The tenant of an id.
    pub(crate) fn by_id(&self, id: TenantId) -> Option<Arc<Tenant>> {
        self.read().by_id.get(&id).cloned()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.read().by_id.len()
    }

    /// The next `limit` tenants in the order of their names.
    pub(crate) fn page(&self, after: Option<&TenantName>, limit: usize) -> Vec<Arc<Tenant>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.read()
            .by_name
            .range::<TenantName, _>((from, Bound::Unbounded))
            .take(limit)
            .map(|(_, tenant)| tenant.clone())
            .collect()
    }

    /// Those that a crash left half made.
    pub(crate) fn half_made(&self) -> Vec<Arc<Tenant>> {
        let creating = |tenant: &&Arc<Tenant>| tenant.record().state == TenantState::Creating;
        self.read().by_id.values().filter(creating).cloned().collect()
    }

    /// Takes the name for a tenant that is about to be made.
    pub(crate) async fn insert(&self, tenant: &Arc<Tenant>) -> std::result::Result<(), Error> {
        let record = tenant.record();
        let mut transaction = self.database.write().await?;
        let inserted = transaction.run(
            "INSERT INTO tenants (id, name, display_name, state, state_since, storage, database, key_epoch, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 'local', ?6, ?7, ?8)",
            params![
                tenant.id.to_string(),
                record.name.to_string(),
                record.display_name.to_string(),
                record.state.as_str(),
                record.state_since.as_millisecond(),
                tenant.database.clone(),
                i64::from(record.key_epoch),
                tenant.created_at.as_millisecond()
            ],
        );
        inserted.await.map_err(|error| if error.is_duplicate_of("tenants.name") { taken() } else { error.into() })?;
        transaction.commit().await?;
        self.write().insert(Arc::clone(tenant));
        Ok(())
    }

    /// Moves a tenant into another state.
    pub(crate) async fn enter(&self, tenant: &Tenant, state: TenantState, now: Timestamp) -> Result<()> {
        let _order = self.changing.lock().await;
        let mut transaction = self.database.write_within(PATIENCE).await?;
        let update = "UPDATE tenants SET state = ?2, state_since = ?3 WHERE id = ?1";
        transaction.run(update, params![tenant.id.to_string(), state.as_str(), now.as_millisecond()]).await?;
        transaction.commit().await?;
        tenant.enter(state, now);
        Ok(())
    }

    /// Gives a tenant another name for people.
    pub(crate) async fn rename(&self, tenant: &Tenant, name: DisplayName) -> Result<()> {
        let _order = self.changing.lock().await;
        let mut transaction = self.database.write_within(PATIENCE).await?;
        let update = "UPDATE tenants SET display_name = ?2 WHERE id = ?1";
        transaction.run(update, params![tenant.id.to_string(), name.to_string()]).await?;
        transaction.commit().await?;
        tenant.rename(name);
        Ok(())
    }

    /// Forgets a tenant of which nothing is left.
    pub(crate) async fn remove(&self, tenant: &Tenant) -> Result<()> {
        let mut transaction = self.database.write_within(PATIENCE).await?;
        transaction.run("DELETE FROM tenants WHERE id = ?1", params![tenant.id.to_string()]).await?;
        transaction.commit().await?;
        self.write().remove(tenant);
        Ok(())
    }

    /// Notes what the operator did.
    pub(crate) async fn log(
        &self,
        operation: &'static str,
        tenant: &TenantName,
        detail: Option<String>,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.database.write().await?;
        let note = "INSERT INTO operator_log (at, operation, tenant, detail) VALUES (?1, ?2, ?3, ?4)";
        transaction.run(note, params![now.as_millisecond(), operation, tenant.to_string(), detail]).await?;
        transaction.commit().await
    }

    /// Whether it answers.
    pub(crate) fn answers(&self) -> Result<()> {
        self.database.read("SELECT 1", vec![]).map(drop)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Tenants> {
        self.tenants.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Tenants> {
        self.tenants.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tenants {
    fn insert(&mut self, tenant: Arc<Tenant>) {
        self.by_id.insert(tenant.id, Arc::clone(&tenant));
        self.by_name.insert(tenant.record().name.clone(), tenant);
    }

    fn remove(&mut self, tenant: &Tenant) {
        self.by_id.remove(&tenant.id);
        self.by_name.remove(&tenant.record().name);
    }
}

/// Somebody else has the name.
pub(crate) fn taken() -> Error {
    Error::Taken(Fields::one("tenant", "This name is taken. Choose another."))
}
