//! Closing a tenant to everyone, opening it again, and holding it for as long as its database is worked on.

use std::sync::Arc;

use domain::TenantState;

use crate::{
    Backend, Error,
    fleet::tenants::{MaintenanceLock, Tenant},
};

impl Backend {
    /// Closes or opens a tenant to everyone; waits for those who are in, within reason: it is closed to others already.
    pub(crate) async fn set_state(&self, tenant: &Tenant, state: TenantState) -> Result<(), Error> {
        self.catalog.enter(tenant, state, self.now()).await?;
        if state != TenantState::Active {
            let closed = self.pool.close(tenant).await;
            let _ =
                closed.inspect_err(|error| tracing::warn!(%error, "a suspended tenant's database stays open for now"));
        }
        Ok(())
    }

    /// Keeps everyone out of a tenant, waits for those who are in, and closes its database.
    pub(crate) async fn hold(&self, tenant: &Arc<Tenant>) -> Result<MaintenanceLock, Error> {
        let hold = tenant.hold()?;
        self.pool.close(tenant).await?;
        Ok(hold)
    }
}
