//! `CrashPoint`: the moments of an operation at which a crash must lose nothing. A test listens to them and ends the process at
//! each. In production nothing listens.

use std::{fmt, sync::Arc};

use storage::{MigrationListener, MigrationStage};

macro_rules! crash_points {
    ($($(#[$meaning:meta])* $step:ident,)*) => {
        /// What has just been done, when a crash may come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum CrashPoint {
            $($(#[$meaning])* $step,)*
        }

        impl CrashPoint {
            /// Every one that there is.
            pub const ALL: &[Self] = &[$(Self::$step),*];
        }
    };
}

crash_points! {
    /// A sign-up: the catalog has the tenant, as one that is being made.
    CreateNoted,
    /// Its database is made.
    CreateMade,
    /// Its database answers.
    CreateOpened,
    /// Its owner is in it.
    CreateOwned,
    /// It is active.
    CreateDone,

    /// A deletion: nobody is in the tenant any more.
    DeleteHeld,
    /// Its final backup is kept, if it was to have one.
    DeleteBackedUp,
    /// The catalog says that it goes.
    DeleteNoted,
    /// None of its databases is left.
    DeleteEmptied,
    /// The catalog has forgotten it, and keeps its name for it.
    DeleteDone,

    /// A database is removed: the catalog says that it goes.
    RemoveNoted,
    /// Nothing of it is left.
    RemoveGone,
    /// The catalog has forgotten it.
    RemoveDone,

    /// A failed create is rolled back: its database is removed.
    RollbackEmptied,
    /// The catalog has forgotten it.
    RollbackDone,

    /// A backup: an image of the database is there.
    BackupImaged,
    /// It is packed, under a name that is not its own yet.
    BackupPacked,
    /// Its manifest is written, likewise.
    BackupDescribed,
    /// The packed file has its name.
    BackupNamed,
    /// The manifest has its name: from now on there is a backup.
    BackupDone,

    /// A backup is removed: its manifest has lost its name.
    RetainNoted,
    /// The packed file is gone.
    RetainGone,
    /// So is the manifest.
    RetainDone,

    /// A restore: the backup is unpacked and checked.
    RestoreUnpacked,
    /// The catalog has the tenant again that was deleted, as one that is being made.
    RestoreNoted,
    /// It is active.
    RestoreDone,

    /// A further database of a tenant: the catalog has it, as one that is being made.
    SettleNoted,
    /// A database is filled from an image.
    FillWritten,
    /// It holds what the image does.
    FillCompared,

    /// A move: nobody is in the tenant any more.
    MoveHeld,
    /// An image of its database is there.
    MoveCopied,

    /// A tenant is about to be pointed at another of its databases.
    SwitchBegun,
    /// It is.
    SwitchDone,

    /// An import: the file is copied and checked.
    ImportRead,
    /// The catalog has the tenant, as one that is being made.
    ImportNoted,
    /// Its owner has a one-time password.
    ImportOwned,
    /// It is active.
    ImportDone,

    /// A drill: the catalog has the database, as one that is being made.
    DrillNoted,
    /// The backup is in it.
    DrillFilled,

    /// The doctor: what the storages have is listed, and the catalog is not read yet.
    DoctorListed,

    /// A migration has begun.
    MigrateBegun,
    /// Everything that was missing is applied, and not committed.
    MigrateApplied,
    /// It is committed.
    MigrateDone,
}

/// Is told of each step as it is reached.
#[derive(Clone, Default)]
pub struct CrashPoints(Option<Arc<dyn Fn(CrashPoint) + Send + Sync>>);

impl CrashPoints {
    /// Tells this function. It may end the process.
    pub fn tell(listener: impl Fn(CrashPoint) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Tells of the stages of a tenant's migration.
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

    /// A step is reached.
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
