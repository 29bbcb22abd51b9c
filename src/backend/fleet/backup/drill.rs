//! The drill: restores a backup into a new database on its storage, compares the two, and deletes the database. Only a restore
//! proves that a backup is good.

use std::path::Path;

use domain::BackupView;
use storage::DatabaseLocation;

use crate::{Backend, CrashPoint, Error, fleet::catalog::DatabaseState};

impl Backend {
    /// Runs a drill with this backup, or with a random one.
    pub(crate) async fn drill(&self, file: Option<&Path>) -> Result<BackupView, Error> {
        let backup = match file {
            Some(file) => self.archive().open(file.to_owned()).await?,
            None => self.any_backup().await?,
        };
        let about = &backup.manifest.about;
        let unpacked = self.unpack(&about.name, Some(&backup.file)).await?;
        let location =
            DatabaseLocation::new(self.stores.or_files(about.storage), about.tenant, &about.name, self.random());
        self.catalog.note_database(&location, DatabaseState::Making, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::DrillNoted);
        let filled = self.fill(location.clone(), &unpacked.image, &unpacked.summary).await;
        self.settings.crash_points.reach(CrashPoint::DrillFilled);
        self.remove(&location).await?;
        filled.map(|_| backup.view())
    }

    async fn any_backup(&self) -> Result<crate::fleet::backup::Backup, Error> {
        let mut all = self.archive().all().await?;
        if all.is_empty() {
            return Err(Error::Refused("There is no backup yet: `freehold backup --all` makes some.".into()));
        }
        let random = u64::from_le_bytes(self.random());
        let index = usize::try_from(random % all.len() as u64).unwrap_or_default();
        Ok(all.swap_remove(index))
    }
}
