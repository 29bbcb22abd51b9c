//! Reads the state of a folder and of the backend that is open on it.

use std::{collections::BTreeSet, fs, path::Path};

use backend::{Operation, Operator, Outcome};
use domain::{FindUsers, Finding, TenantName};

/// Lists everything that should not be in a folder: databases that are being created or deleted, files without a database in
/// the catalog, local databases without a file, incomplete backups and temporary files.
pub(crate) async fn orphans(folder: &Path) -> Vec<String> {
    let known = databases(folder).await;
    let half = known.iter().filter(|known| matches!(&*known.state, "making" | "leaving"));
    let half = half.map(|known| format!("{} is {}", known.name, known.state));
    let files = databases_with_files(folder);
    let names = named(&known, "local");
    let unequal = files.symmetric_difference(&names).map(|name| format!("{name} is in one place and not in the other"));
    let scratch = files_in(&folder.join("scratch")).into_iter();
    half.chain(unequal).chain(scratch).chain(unfinished_backups(folder)).collect()
}

/// The names of the databases on a storage.
pub(crate) fn named(known: &[Known], storage: &str) -> BTreeSet<String> {
    known.iter().filter(|known| known.storage == storage).map(|known| known.name.clone()).collect()
}

/// A database in the catalog.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) tenant: String,
    pub(crate) storage: String,
    pub(crate) state: String,
}

/// All databases in the catalog.
pub(crate) async fn databases(folder: &Path) -> Vec<Known> {
    let catalog = libsql::Builder::new_local(folder.join("catalog.db")).build().await.unwrap().connect().unwrap();
    let mut rows = catalog.query("SELECT name, tenant, storage, state FROM databases", ()).await.unwrap();
    let mut known = Vec::new();
    while let Some(row) = rows.next().await.unwrap() {
        let text = |column| row.get_value(column).unwrap().as_text().unwrap().clone();
        known.push(Known { name: text(0), tenant: text(1), storage: text(2), state: text(3) });
    }
    known
}

/// The names of the databases that have at least one file.
fn databases_with_files(folder: &Path) -> BTreeSet<String> {
    let shelves = files_in(&folder.join("tenants"));
    let files = shelves.iter().flat_map(|shelf| files_in(&folder.join("tenants").join(shelf)));
    files.map(|file| file.split(".db").next().unwrap().to_owned()).collect()
}

/// The files in the backups folders that belong to no complete backup.
fn unfinished_backups(folder: &Path) -> Vec<String> {
    let backups = folder.join("backups");
    let of_all = files_in(&backups).into_iter().flat_map(|tenant| {
        let all: BTreeSet<_> = files_in(&backups.join(tenant)).into_iter().collect();
        all.clone().into_iter().filter(move |file| !has_its_other(file, &all))
    });
    of_all.collect()
}

fn has_its_other(file: &str, all: &BTreeSet<String>) -> bool {
    let other = match (file.strip_suffix(".db.zst"), file.strip_suffix(".json")) {
        (Some(stem), _) => format!("{stem}.json"),
        (_, Some(stem)) => format!("{stem}.db.zst"),
        _ => return false,
    };
    all.contains(&other)
}

fn files_in(folder: &Path) -> Vec<String> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

/// Runs all checks of the doctor, with or without repairs.
pub(crate) async fn findings(operator: &Operator, fix: bool) -> Vec<Finding> {
    let each = names(operator).await.into_iter().map(|name| Operation::DoctorTenant { name, deep: true });
    let mut all = Vec::new();
    for operation in each.chain([Operation::DoctorStorages { fix }]) {
        let Outcome::Findings(found) = operator.run(operation).await.unwrap() else { panic!() };
        all.extend(found);
    }
    all
}

/// The names of all tenants.
async fn names(operator: &Operator) -> Vec<TenantName> {
    let Outcome::Tenants(all) = operator
        .run(Operation::TenantList { after: None, limit: 1000, find: domain::FindTenants::default() })
        .await
        .unwrap()
    else {
        panic!()
    };
    all.into_iter().map(|tenant| tenant.name).collect()
}

/// The users of a workspace, with their display names.
pub(crate) async fn people(operator: &Operator, tenant: &str) -> Vec<(String, Option<String>)> {
    let list = Operation::UserList(tenant.parse().unwrap(), FindUsers::default());
    let Outcome::Users(page) = operator.run(list).await.unwrap() else { panic!() };
    assert!(page.next.is_none(), "there are more people than a page has");
    let told = page.items.into_iter();
    told.map(|user| (user.username.to_string(), user.display_name.map(|name| name.to_string()))).collect()
}
