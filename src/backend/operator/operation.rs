//! The operations of an operator and their results. They are plain data, so the command line can run them itself or send them
//! to the serving process (`operator_socket.rs`). `operator.rs` runs them.

use std::path::PathBuf;

use domain::{
    Activity, AddUserForm, BackupView, ChangeUserForm, DisplayName, FindTenants, FindUsers, Finding, List, Overview,
    Page, Secret, SignUpForm, Storage, TenantName, TenantView, Usage, User, Username,
};
use serde::{Deserialize, Serialize};

use crate::Retention;

/// An operation of the operator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Operation {
    /// Create a tenant. Without a password its owner gets a one-time password.
    TenantCreate(SignUpForm),
    /// List the next tenants in the order of their names.
    TenantList {
        /// The last name of the previous page.
        after: Option<TenantName>,
        /// The most tenants to return.
        limit: u32,
        /// The filter. A command of an older version sends none and gets all tenants.
        #[serde(default)]
        find: FindTenants,
    },
    /// Show one tenant.
    TenantShow(TenantName),
    /// Show the overview of a tenant: its users, its latest activity and its size.
    TenantOverview(TenantName),
    /// Change a tenant's display name.
    TenantRename(TenantName, DisplayName),
    /// Suspend a tenant: nobody can use it, and nothing is lost.
    TenantSuspend(TenantName),
    /// Reopen a suspended tenant.
    TenantResume(TenantName),
    /// Show what a tenant's storage reports about its database.
    TenantUsage(TenantName),
    /// Delete a tenant, with a final backup or without.
    TenantDelete {
        /// The tenant.
        name: TenantName,
        /// Whether to back it up first.
        backup: bool,
    },
    /// Move a tenant to another storage.
    TenantMove(TenantName, Storage),
    /// Switch a tenant back to the copy that the last move or restore kept.
    TenantUndo(TenantName),
    /// Delete the copies that moves and restores kept.
    TenantForgetCopies(TenantName),
    /// Back up a tenant, and remove the backups that exceed the retention.
    Backup(TenantName, Option<Retention>),
    /// Copy the catalog into the backups folder, and remove the copies that exceed the retention.
    BackupCatalog(Option<Retention>),
    /// List all backups, or those of one tenant.
    BackupList(Option<TenantName>),
    /// Restore a backup into a new database, compare the two, and delete the database. Without a file it takes a random backup.
    BackupDrill(Option<PathBuf>),
    /// Replace a tenant's database by a backup. Without a file it takes the latest backup.
    Restore(TenantName, Option<PathBuf>),
    /// Write a tenant's database to a new file, without password hashes, sessions and codes.
    Export(TenantName, PathBuf),
    /// Create a tenant from such a file. Without a display name it takes the one from the file's activity.
    Import(TenantName, PathBuf, Option<DisplayName>),
    /// Compare the databases in the storages with the catalog.
    DoctorStorages {
        /// Whether to repair what is safe to repair.
        fix: bool,
    },
    /// Check a tenant's database.
    DoctorTenant {
        /// The tenant.
        name: TenantName,
        /// Whether to read all of it.
        deep: bool,
    },
    /// Sign all users out of a tenant.
    TenantSignOut(TenantName),
    /// List the activity of a tenant.
    TenantActivity(TenantName, List),
    /// List the users of a tenant.
    UserList(TenantName, FindUsers),
    /// Show one user.
    UserShow(TenantName, Username),
    /// Add a user. Without a password the user gets a one-time password.
    UserAdd(TenantName, AddUserForm),
    /// Change a user's display name, email address, role, or whether the user is disabled.
    UserChange(TenantName, Username, ChangeUserForm),
    /// Give a user a one-time password and end all their sessions.
    UserResetPassword(TenantName, Username),
    /// End all sessions of a user.
    UserSignOut(TenantName, Username),
    /// Remove a user.
    UserRemove(TenantName, Username),
}

impl Operation {
    /// The operation's name in the log.
    pub(crate) fn name(&self) -> String {
        let shown = format!("{self:?}");
        shown.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }

    /// The tenant of the operation. `None` means that it concerns no single tenant.
    pub(crate) fn tenant(&self) -> Option<&TenantName> {
        match self {
            Self::TenantShow(name)
            | Self::TenantOverview(name)
            | Self::TenantRename(name, _)
            | Self::TenantSuspend(name)
            | Self::TenantResume(name)
            | Self::TenantUsage(name)
            | Self::TenantDelete { name, .. }
            | Self::TenantMove(name, _)
            | Self::TenantUndo(name)
            | Self::TenantForgetCopies(name)
            | Self::Backup(name, _)
            | Self::BackupList(Some(name))
            | Self::Restore(name, _)
            | Self::Export(name, _)
            | Self::Import(name, ..)
            | Self::DoctorTenant { name, .. }
            | Self::TenantSignOut(name)
            | Self::TenantActivity(name, _)
            | Self::UserList(name, _)
            | Self::UserShow(name, _)
            | Self::UserAdd(name, _)
            | Self::UserChange(name, ..)
            | Self::UserResetPassword(name, _)
            | Self::UserSignOut(name, _)
            | Self::UserRemove(name, _) => Some(name),
            Self::TenantCreate(_)
            | Self::TenantList { .. }
            | Self::BackupCatalog(_)
            | Self::BackupList(None)
            | Self::BackupDrill(_)
            | Self::DoctorStorages { .. } => None,
        }
    }
}

/// The result of an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Outcome {
    /// A tenant after the operation.
    Tenant(TenantView),
    /// A tenant that was created, with its owner.
    Created {
        /// The tenant.
        tenant: TenantView,
        /// Its owner.
        user: User,
        /// The owner's one-time password, shown once.
        one_time_password: Option<Secret>,
    },
    /// A list of tenants.
    Tenants(Vec<TenantView>),
    /// The overview of a tenant.
    Overview(Overview),
    /// A page of activity.
    Activity(Page<Activity>),
    /// What a storage reports about a database.
    Usage(Usage),
    /// The path of a copy of the catalog.
    Catalog(PathBuf),
    /// The tenant was deleted. The path is its final backup.
    Deleted(Option<PathBuf>),
    /// The number of removed copies.
    Removed(u64),
    /// One backup.
    Backup(BackupView),
    /// A list of backups.
    Backups(Vec<BackupView>),
    /// A file was written. The number is its size in bytes.
    Written(u64),
    /// The doctor's findings.
    Findings(Vec<Finding>),
    /// The number of ended sessions.
    SignedOut(u64),
    /// A page of users.
    Users(Page<User>),
    /// A user that was shown, added, changed or removed.
    User {
        /// The user.
        user: User,
        /// The user's one-time password, shown once.
        one_time_password: Option<Secret>,
    },
}
