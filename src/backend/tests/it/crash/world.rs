//! A folder for kill tests, and a libsql-server whose files are in the same folder. A copy of the folder therefore has
//! everything.

use std::{collections::BTreeSet, ops::Deref, path::Path, time::Duration};

use backend::{CrashPoints, LibsqlServerSettings, Operation, Outcome, Settings};
use domain::{Storage, TenantState};
use double::{LibsqlServer, Options};
use jiff::SignedDuration;
use tempfile::TempDir;

use super::look;
use crate::Freehold;

/// An open Freehold and its server.
pub(super) struct World {
    freehold: Freehold,
    server: LibsqlServer,
}

impl World {
    /// Opens a folder. New tenants are created on this storage.
    pub(super) async fn open(folder: TempDir, on: Storage, later: SignedDuration, steps: CrashPoints) -> Self {
        let server = serve(folder.path()).await;
        let urls = [server.user_url(), server.admin_url()];
        let freehold = Freehold::at(folder, later, |settings| connect(settings, on, &urls, steps)).await;
        let world = Self { freehold, server };
        world.is_tidy().await;
        world
    }

    /// Waits until the recovery in the background has finished. Requests are served meanwhile.
    async fn is_tidy(&self) {
        for _ in 0..1000 {
            if unfinished(self.folder.path()).await == 0 && !self.shows_unfinished().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether a tenant is shown as being created or deleted. The catalog's memory changes a moment after its database.
    async fn shows_unfinished(&self) -> bool {
        let list = Operation::TenantList { after: None, limit: 100, find: domain::FindTenants::default() };
        let Outcome::Tenants(all) = self.operator.run(list).await.unwrap() else { panic!() };
        all.iter().any(|tenant| matches!(tenant.state, TenantState::Creating | TenantState::Deleting))
    }

    /// Closes the Freehold and its server. The folder stays.
    pub(super) async fn closed(self) -> TempDir {
        let Self { freehold, mut server } = self;
        let folder = freehold.stopped().await;
        server.stop().await;
        folder
    }

    /// Checks that nothing is unfinished or unknown, that the doctor finds nothing, and that beta is unchanged.
    pub(super) async fn assert_whole(&self, when: &str) {
        assert_eq!(look::orphans(self.folder.path()).await, [""; 0], "{when}");
        let known = look::named(&look::databases(self.folder.path()).await, "libsql-server");
        let there: BTreeSet<_> = self.server.databases().keys().into_iter().filter(|key| key != "default").collect();
        assert_eq!(there, known, "{when}");
        assert_eq!(look::findings(&self.operator, false).await, [], "{when}");
        assert_eq!(look::people(&self.operator, "beta").await, [("root".to_owned(), None)], "{when}");
    }
}

/// How many databases and tenants are in a state that recovery must end.
async fn unfinished(folder: &Path) -> i64 {
    let catalog = libsql::Builder::new_local(folder.join("catalog.db")).build().await.unwrap().connect().unwrap();
    let count = "SELECT (SELECT count(*) FROM databases WHERE state IN ('making', 'leaving'))
                      + (SELECT count(*) FROM tenants WHERE state IN ('creating', 'deleting'))";
    let row = catalog.query(count, ()).await.unwrap().next().await.unwrap().unwrap();
    *row.get_value(0).unwrap().as_integer().unwrap()
}

/// Starts the server of a folder.
pub(super) async fn serve(folder: &Path) -> LibsqlServer {
    let files = folder.join("server");
    std::fs::create_dir_all(&files).unwrap();
    LibsqlServer::start(Options { folder: Some(files), ..Options::default() }).await.unwrap()
}

/// Configures a Freehold to use this server.
pub(super) fn connect(settings: &mut Settings, on: Storage, [url, admin_url]: &[String; 2], steps: CrashPoints) {
    let (url, admin_url) = (url.parse().unwrap(), admin_url.parse().unwrap());
    settings.storages.libsql_server = Some(LibsqlServerSettings { url, admin_url, admin_key: None, jwt_key: None });
    settings.storages.deadline = Duration::from_secs(20); // a slow machine must not fail the test
    (settings.storages.default, settings.crash_points) = (on, steps);
}

impl Deref for World {
    type Target = Freehold;

    fn deref(&self) -> &Freehold {
        &self.freehold
    }
}
