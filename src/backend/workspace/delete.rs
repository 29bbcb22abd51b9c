//! The deletion of a workspace by its owner. The request itself has a lease on the tenant's database, so it cannot wait until
//! all leases are returned. It only takes the maintenance lock, and a background task deletes the tenant once all requests have
//! left.

use std::{path::PathBuf, sync::Arc};

use domain::{Action, Fields, Username};
use storage::chain;

use crate::{
    Backend, Error, Owner,
    fleet::tenants::{MaintenanceLock, Tenant},
    workspace::activity::note,
};

/// How many times the task waits for the remaining requests. No new request can enter, and every request ends at some time.
const PATIENCE: u32 = 12;

impl Owner {
    /// Deletes the workspace, with a final backup, if `typed` is its name. When this returns, nobody can enter any more, and
    /// the deletion continues in the background. If the backup fails, the workspace opens again unchanged.
    pub async fn delete_workspace(&self, typed: &str) -> Result<(), Error> {
        let visitor = self.member().session().visitor();
        if !typed.trim().eq_ignore_ascii_case(visitor.name().as_ref()) {
            let message = format!("Type the workspace's name, {}, to delete it.", visitor.name());
            return Err(Fields::one("name", message).into());
        }
        drop(self.workspace().begin().await?); // checks that the user is still an owner
        let (backend, tenant) = (visitor.backend.clone(), Arc::clone(&visitor.tenant));
        let lasting = Arc::clone(&backend.lasting).read_owned().await;
        let hold = tenant.hold()?;
        let by = self.member().me().username.clone();
        let who = Some(asked_by(&by));
        backend.catalog.log("delete asked for", visitor.name(), who, backend.now()).await?;
        tokio::spawn(async move {
            backend.end(&tenant, hold, &by).await;
            drop(lasting);
        });
        Ok(())
    }
}

impl Backend {
    /// Deletes a tenant whose maintenance lock is held, and writes the result to the operator's log.
    async fn end(&self, tenant: &Arc<Tenant>, hold: MaintenanceLock, by: &Username) {
        let name = tenant.record().name.clone();
        match self.delete_emptied(tenant, hold).await {
            Ok(kept) => {
                tracing::info!(tenant = %name, "a workspace was deleted by its owner");
                self.note("delete", &name, kept.map(|file| file.display().to_string())).await;
            }
            Err(error) => {
                let error = chain(&error);
                tracing::error!(tenant = %name, error, "a workspace could not be deleted as its owner asked");
                self.note("delete failed", &name, Some(error)).await;
                if let Err(error) = self.tell_owners(tenant, by).await {
                    tracing::error!(tenant = %name, error = chain(&error), "its owners could not be told of that either");
                }
            }
        }
    }

    /// Adds an entry to the workspace's activity that the deletion failed, because the response said that it would happen.
    async fn tell_owners(&self, tenant: &Arc<Tenant>, by: &Username) -> Result<(), Error> {
        let lease = self.lease_unchecked(tenant).await?;
        let mut transaction = lease.write().await?;
        note(&mut transaction, self.now(), Some(by), (Action::DeletionFailed, None), None).await?;
        Ok(transaction.commit().await?)
    }

    /// Waits until all requests have left, and then deletes the tenant.
    async fn delete_emptied(&self, tenant: &Arc<Tenant>, hold: MaintenanceLock) -> Result<Option<PathBuf>, Error> {
        let mut left = self.pool.close(tenant).await;
        for _ in 1..PATIENCE {
            if left.is_ok() {
                break;
            }
            left = self.pool.close(tenant).await;
        }
        left?;
        self.delete_held(tenant, hold, true).await
    }
}

fn asked_by(owner: &Username) -> String {
    format!("by {owner}, an owner")
}
