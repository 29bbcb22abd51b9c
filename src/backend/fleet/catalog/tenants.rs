//! Changes of tenants: insert, change the state, rename, switch to another database, remove.

use std::sync::Arc;

use domain::{DisplayName, Fields, TenantName, TenantState};
use jiff::Timestamp;
use storage::{DatabaseLocation, Result, Transaction, params};

use super::{Catalog, DatabaseState, Freed, PATIENCE, databases};

use crate::{Error, fleet::tenants::Tenant};

impl Catalog {
    /// Adds a tenant that is about to be created, with its name and its database.
    pub(crate) async fn insert(&self, tenant: &Arc<Tenant>, now: Timestamp) -> std::result::Result<(), Error> {
        let (record, location) = (tenant.record(), tenant.location());
        if self.kept_until(&record.name, Some(tenant.id), now).is_some() {
            return Err(taken());
        }
        let mut transaction = self.begin().await?;
        let inserted = transaction.run(
            "INSERT INTO tenants
                 (id, name, display_name, state, state_since, storage, database, key_epoch, created_at, host)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                tenant.id.to_string(),
                record.name.to_string(),
                record.display_name.to_string(),
                record.state.as_str(),
                record.state_since.as_millisecond(),
                location.storage.as_str(),
                location.name.clone(),
                i64::from(record.key_epoch),
                tenant.created_at.as_millisecond(),
                location.host.clone()
            ],
        );
        inserted.await.map_err(|error| if error.is_duplicate_of("tenants.name") { taken() } else { error.into() })?;
        databases::note(&mut transaction, &location, DatabaseState::Making, now).await?;
        transaction.commit().await?;
        self.write().insert(Arc::clone(tenant));
        Ok(())
    }

    /// Moves a tenant into another state. The quarantine of its name ends when the tenant becomes active, and not before: a
    /// failed create leaves the quarantine as it was.
    pub(crate) async fn enter(&self, tenant: &Tenant, state: TenantState, now: Timestamp) -> Result<()> {
        let _order = self.changing.lock().await;
        let mut transaction = self.begin().await?;
        let update = "UPDATE tenants SET state = ?2, state_since = ?3 WHERE id = ?1";
        transaction.run(update, params![tenant.id.to_string(), state.as_str(), now.as_millisecond()]).await?;
        if state == TenantState::Active {
            let live = "UPDATE databases SET state = 'live' WHERE name = ?1 AND state <> 'live'";
            transaction.run(live, params![tenant.location().name.clone()]).await?;
            let freed = "DELETE FROM freed_names WHERE name = ?1";
            transaction.run(freed, params![tenant.record().name.to_string()]).await?;
        }
        transaction.commit().await?;
        if state == TenantState::Active {
            self.write().freed.remove(&tenant.record().name);
        }
        tenant.enter(state, now);
        Ok(())
    }

    /// Changes a tenant's display name.
    pub(crate) async fn rename(&self, tenant: &Tenant, name: DisplayName) -> Result<()> {
        let _order = self.changing.lock().await;
        let mut transaction = self.begin().await?;
        let update = "UPDATE tenants SET display_name = ?2 WHERE id = ?1";
        transaction.run(update, params![tenant.id.to_string(), name.to_string()]).await?;
        transaction.commit().await?;
        tenant.rename(name);
        Ok(())
    }

    /// Switches a tenant to another database in one transaction. The new database becomes live, and the old one is kept for an
    /// undo.
    pub(crate) async fn switch(&self, tenant: &Tenant, to: &DatabaseLocation, now: Timestamp) -> Result<()> {
        let _order = self.changing.lock().await;
        let mut transaction = self.begin().await?;
        databases::enter(&mut transaction, &tenant.location().name, DatabaseState::Kept, now).await?;
        databases::enter(&mut transaction, &to.name, DatabaseState::Live, now).await?;
        point(&mut transaction, to).await?;
        transaction.commit().await?;
        tenant.move_to(to.clone());
        Ok(())
    }

    /// Removes a tenant after its databases are deleted. With `quarantine`, its name is reserved for it for a while.
    pub(crate) async fn remove(&self, tenant: &Tenant, quarantine: bool, now: Timestamp) -> Result<()> {
        let (name, id) = (tenant.record().name.clone(), tenant.id.to_string());
        let mut transaction = self.begin().await?;
        transaction.run("DELETE FROM tenants WHERE id = ?1", params![id.clone()]).await?;
        if quarantine {
            let free = "INSERT OR REPLACE INTO freed_names (name, tenant, freed_at) VALUES (?1, ?2, ?3)";
            transaction.run(free, params![name.to_string(), id, now.as_millisecond()]).await?;
        }
        transaction.commit().await?;
        let mut tenants = self.write();
        tenants.remove(tenant);
        if quarantine {
            tenants.freed.insert(name, Freed { tenant: tenant.id, at: now });
        }
        Ok(())
    }

    /// Records the schema version, the fingerprint and the size that a tenant's database had at this time.
    pub(crate) async fn saw(
        &self,
        tenant: &Tenant,
        (version, fingerprint, size): (i64, &str, u64),
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        let note = "UPDATE tenants SET schema_version = ?2, fingerprint = ?3, size = ?4, seen_at = ?5 WHERE id = ?1";
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let id = tenant.id.to_string();
        transaction.run(note, params![id, version, fingerprint.to_owned(), size, now.as_millisecond()]).await?;
        transaction.commit().await
    }

    /// Adds an entry to the operator's log.
    pub(crate) async fn log(
        &self,
        operation: &'static str,
        tenant: &TenantName,
        detail: Option<String>,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        let note = "INSERT INTO operator_log (at, operation, tenant, detail) VALUES (?1, ?2, ?3, ?4)";
        transaction.run(note, params![now.as_millisecond(), operation, tenant.to_string(), detail]).await?;
        transaction.commit().await
    }

    pub(crate) async fn begin(&self) -> Result<Transaction> {
        Ok(Transaction::Local(self.database.write_within(PATIENCE).await?))
    }
}

async fn point(transaction: &mut Transaction, to: &DatabaseLocation) -> Result<()> {
    let update = "UPDATE tenants SET storage = ?2, database = ?3, host = ?4 WHERE id = ?1";
    let params = params![to.tenant.to_string(), to.storage.as_str(), to.name.clone(), to.host.clone()];
    transaction.run(update, params).await.map(drop)
}

/// The error for a name that is taken.
pub(crate) fn taken() -> Error {
    Error::Taken(Fields::one("tenant", "This name is taken. Choose another."))
}
