//! `CrashPoint`: the moments in an operation at which a crash must lose nothing. A test registers a listener and ends the
//! process at each moment. In production there is no listener.

use std::{fmt, sync::Arc};

use storage::{MigrationListener, MigrationStage};

macro_rules! crash_points {
    ($($(#[$meaning:meta])* $step:ident,)*) => {
        /// The step that an operation has just done when a crash may come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CrashPoint {
            $($(#[$meaning])* $step,)*
        }

        impl CrashPoint {
            /// All crash points.
            pub const ALL: &[Self] = &[$(Self::$step),*];
        }
    };
}

crash_points! {
    /// Create: the catalog lists the tenant as being created.
    CreateNoted,
    /// Create: the tenant's database exists.
    CreateMade,
    /// Create: the database answers.
    CreateOpened,
    /// Create: the owner is in the database.
    CreateOwned,
    /// Create: the tenant is active.
    CreateDone,

    /// Delete: the maintenance lock is held, and the tenant's database is closed.
    DeleteHeld,
    /// Delete: the final backup is stored, if one was wanted.
    DeleteBackedUp,
    /// Delete: the catalog lists the tenant as being deleted.
    DeleteNoted,
    /// Delete: all of its databases are deleted.
    DeleteEmptied,
    /// Delete: the tenant's row is removed, and its name is in quarantine.
    DeleteDone,

    /// Delete of a database: the catalog lists it as being deleted.
    RemoveNoted,
    /// Delete of a database: its storage has deleted it.
    RemoveGone,
    /// Delete of a database: its row is removed.
    RemoveDone,

    /// Rollback of a failed create: the database is deleted.
    RollbackEmptied,
    /// Rollback of a failed create: the tenant's row is removed.
    RollbackDone,

    /// Backup: the image of the database is written.
    BackupImaged,
    /// Backup: the image is compressed, under a temporary name.
    BackupPacked,
    /// Backup: the manifest is written, under a temporary name.
    BackupDescribed,
    /// Backup: the compressed file has its final name.
    BackupNamed,
    /// Backup: the manifest has its final name, so the backup now exists.
    BackupDone,

    /// Removal of a backup: the manifest has a temporary name again.
    RetainNoted,
    /// Removal of a backup: the compressed file is removed.
    RetainGone,
    /// Removal of a backup: the manifest is removed.
    RetainDone,

    /// Restore: the backup is unpacked and checked.
    RestoreUnpacked,
    /// Restore of a deleted tenant: the catalog lists the tenant as being created.
    RestoreNoted,
    /// Restore of a deleted tenant: the tenant is active.
    RestoreDone,

    /// A further database of a tenant: the catalog lists it as being created.
    SettleNoted,
    /// A database from an image: the image is written into it.
    FillWritten,
    /// A database from an image: its content is equal to the image's.
    FillCompared,

    /// Move: the maintenance lock is held, and the tenant's database is closed.
    MoveHeld,
    /// Move: the image of the database is written.
    MoveCopied,

    /// Switch: the tenant still uses its old database.
    SwitchBegun,
    /// Switch: the tenant uses its new database.
    SwitchDone,

    /// Import: the file is copied and checked.
    ImportRead,
    /// Import: the catalog lists the tenant as being created.
    ImportNoted,
    /// Import: the owner has a one-time password.
    ImportOwned,
    /// Import: the tenant is active.
    ImportDone,

    /// Drill: the catalog lists the database as being created.
    DrillNoted,
    /// Drill: the backup is in the database.
    DrillFilled,

    /// Doctor: the storages' databases are listed, and the catalog is not read yet.
    DoctorListed,

    /// Migration: it has begun.
    MigrateBegun,
    /// Migration: all missing migrations are applied and not yet committed.
    MigrateApplied,
    /// Migration: it is committed.
    MigrateDone,
}

/// A listener that is called at each crash point.
#[derive(Clone, Default)]
pub struct CrashPoints(Option<Arc<dyn Fn(CrashPoint) + Send + Sync>>);

impl CrashPoints {
    /// Calls this function at each crash point. The function may end the process.
    pub fn tell(listener: impl Fn(CrashPoint) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// A listener that reports the stages of a tenant's migration as crash points.
    pub(crate) fn of_migrations(&self) -> MigrationListener {
        let steps = self.clone();
        MigrationListener::new(move |stage| {
            steps.reach(match stage {
                MigrationStage::Begun => CrashPoint::MigrateBegun,
                MigrationStage::Applied => CrashPoint::MigrateApplied,
                MigrationStage::Committed => CrashPoint::MigrateDone,
            });
        })
    }

    /// Reports that an operation has reached this point.
    pub(crate) fn reach(&self, step: CrashPoint) {
        if let Some(listener) = &self.0 {
            listener(step);
        }
    }
}

impl fmt::Debug for CrashPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "CrashPoints(told)" } else { "CrashPoints" })
    }
}
