//! The doctor: compares the catalog with the storages in both directions, and repairs what is safe to repair. It checks each
//! database of the catalog on its own, so it also works with a storage that cannot list its databases.

use std::{collections::HashSet, sync::Arc};

use domain::{Ailment, Finding, TenantState};
use storage::{Database, DatabaseLocation, StorageError, Store, Summary, chain, local::blocking};

use crate::fleet::databases::rows;

use crate::{
    Backend, CrashPoint, Error,
    fleet::catalog::{DatabaseState, Known},
    fleet::tenants::Tenant,
    schema::TENANT,
};

impl Backend {
    /// Looks for databases that no tenant uses: leftovers, unfinished ones, and ones that the catalog does not know.
    pub(crate) async fn examine_storages(&self, fix: bool) -> Result<Vec<Finding>, Error> {
        // The storages come first. A database that is created after that is in no list, and one that was created before is in
        // the catalog by now.
        let mut listed = Vec::new();
        for store in self.stores.iter() {
            listed.push((store, store.list().await));
        }
        self.settings.crash_points.reach(CrashPoint::DoctorListed);
        let known = self.catalog.databases()?;
        let mut found = self.left_overs(&known, fix).await;
        for (store, names) in listed {
            match names {
                Ok(names) => found.extend(strays(store, names.unwrap_or_default(), &known, fix).await),
                Err(error) => found
                    .push(Finding { detail: chain(&error), ..Finding::of_storage(store.kind(), Ailment::Unreachable) }),
            }
        }
        Ok(found)
    }

    /// Finds databases whose creation or deletion did not finish. It skips those that an operation works on now.
    async fn left_overs(&self, known: &[Known], fix: bool) -> Vec<Finding> {
        let mut found = Vec::new();
        for known in known {
            let tenant = self.catalog.by_id(known.location.tenant);
            let ailment = match known.state {
                DatabaseState::Making | DatabaseState::Leaving => Ailment::HalfMade,
                DatabaseState::Kept | DatabaseState::Live if tenant.is_none() => Ailment::Orphan,
                _ => continue,
            };
            // The maintenance lock is held by a restore, a move or a deletion.
            let Ok(_hold) = tenant.as_ref().map(Tenant::hold).transpose() else { continue };
            if self.now().duration_since(known.since) < AT_WORK {
                continue;
            }
            let mended = match tenant.filter(|_| fix) {
                Some(tenant) if tenant.record().state == TenantState::Creating => {
                    Some(self.try_rollback_create(&tenant).await)
                }
                Some(tenant) if tenant.record().state == TenantState::Deleting => {
                    Some(self.finish_deletion(&tenant).await)
                }
                _ if fix => Some(self.remove(&known.location).await),
                _ => None,
            };
            let detail = format!("{} since {}", known.state.as_str(), known.since);
            found.push(finding(None, &known.location, ailment, detail, mended));
        }
        found
    }

    /// Checks the database of one tenant.
    pub(crate) async fn examine(&self, tenant: &Arc<Tenant>, deep: bool) -> Vec<Finding> {
        let (name, location) = (tenant.record().name.clone(), tenant.location());
        let found = |ailment, detail| finding(Some(&name), &location, ailment, detail, None);
        if !matches!(tenant.record().state, TenantState::Active | TenantState::Suspended) {
            return Vec::new(); // `examine_storages` reports it
        }
        let looked = async {
            self.stores.of(location.storage)?.examine(&location).await?;
            self.stores.open_unmigrated(&location).await
        };
        let database = match looked.await {
            Ok(database) => database,
            Err(error) => return vec![found(ailment_of(&error), chain(&error))],
        };
        let examined = self.examine_open(tenant, &database, deep).await;
        database.close().await;
        match examined {
            Ok(None) => Vec::new(),
            Ok(Some((ailment, detail))) => vec![found(ailment, detail)],
            Err(error) => vec![found(ailment_of(&error), chain(&error))],
        }
    }

    async fn examine_open(
        &self,
        tenant: &Tenant,
        database: &Database,
        deep: bool,
    ) -> Result<Option<(Ailment, String)>, StorageError> {
        database.check(deep).await?;
        let (summary, size) = (Summary::of(database).await?, database.size().await?);
        let expected = self.stores.expected();
        if summary.schema_version > expected.schema_version {
            let detail = format!("version {} of {}", summary.schema_version, expected.schema_version);
            return Ok(Some((Ailment::Schema, detail)));
        }
        let version = summary.schema_version;
        if summary.fingerprint != blocking(move || TENANT.fingerprint(version)).await? {
            return Ok(Some((Ailment::Schema, "its tables are not those that its migrations make".into())));
        }
        if deep && let Some(wrong) = rows::first_wrong(database, version).await? {
            return Ok(Some((Ailment::Damaged, wrong)));
        }
        let seen = (summary.schema_version, &*summary.fingerprint, size);
        self.catalog.saw(tenant, seen, self.now()).await?;
        Ok(None)
    }
}

/// Finds the databases of a storage that the catalog does not know. It moves none of them away if they outnumber the known
/// ones, because the catalog is then probably the wrong one.
async fn strays(store: &Store, names: Vec<String>, known: &[Known], fix: bool) -> Vec<Finding> {
    let storage = store.kind();
    let known: HashSet<_> =
        known.iter().filter(|known| known.location.storage == storage).map(|known| &*known.location.name).collect();
    let strays: Vec<_> = names.into_iter().filter(|name| !known.contains(&**name)).collect();
    let is_plausible = strays.len() <= known.len();
    let mut found = Vec::new();
    for name in strays {
        let mended = if fix && store.owns_all() && is_plausible {
            Some(store.take_away(name.clone()).await.map_err(Error::from))
        } else {
            None
        };
        let detail = match &mended {
            Some(Ok(())) => "its file is in the folder orphans now",
            None if !is_plausible && store.owns_all() => TOO_MANY,
            _ => "",
        };
        let stray =
            Finding { database: Some(name), detail: detail.into(), ..Finding::of_storage(storage, Ailment::Orphan) };
        found.push(with(stray, mended));
    }
    found
}

/// The detail for unknown databases that are not moved away.
const TOO_MANY: &str =
    "left: the storage has more unknown databases than known ones, so the catalog may be the wrong one";

/// A creation or deletion that began within this time may still be running.
const AT_WORK: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

fn ailment_of(error: &StorageError) -> Ailment {
    match error {
        StorageError::Missing => Ailment::Missing,
        StorageError::Corrupt(_) | StorageError::Column { .. } | StorageError::Other { .. } => Ailment::Damaged,
        StorageError::Newer { .. } | StorageError::Changed { .. } => Ailment::Schema,
        _ => Ailment::Unreachable,
    }
}

fn finding(
    tenant: Option<&domain::TenantName>,
    location: &DatabaseLocation,
    ailment: Ailment,
    detail: String,
    mended: Option<Result<(), Error>>,
) -> Finding {
    let (tenant, database) = (tenant.cloned(), Some(location.name.clone()));
    with(Finding { tenant, database, detail, ..Finding::of_storage(location.storage, ailment) }, mended)
}

fn with(finding: Finding, mended: Option<Result<(), Error>>) -> Finding {
    match mended {
        None => finding,
        Some(Ok(())) => Finding { mended: true, ..finding },
        Some(Err(error)) => Finding { detail: format!("{}; not mended: {}", finding.detail, chain(&error)), ..finding },
    }
}
