//! Suspends and resumes a tenant, and takes its maintenance lock.

use std::sync::Arc;

use domain::TenantState;

use crate::{
    Backend, Error,
    fleet::tenants::{MaintenanceLock, Tenant},
};

impl Backend {
    /// Sets the state of a tenant to active or suspended. A suspended tenant's database is closed once its requests have left,
    /// or stays open for now if they take too long.
    pub(crate) async fn set_state(&self, tenant: &Tenant, state: TenantState) -> Result<(), Error> {
        self.catalog.enter(tenant, state, self.now()).await?;
        if state != TenantState::Active {
            let closed = self.pool.close(tenant).await;
            let _ =
                closed.inspect_err(|error| tracing::warn!(%error, "a suspended tenant's database stays open for now"));
        }
        Ok(())
    }

    /// Takes the maintenance lock of a tenant, waits for its requests, and closes its database.
    pub(crate) async fn hold(&self, tenant: &Arc<Tenant>) -> Result<MaintenanceLock, Error> {
        let hold = tenant.hold()?;
        self.pool.close(tenant).await?;
        Ok(hold)
    }
}
