//! What an operator may ask for and what comes of it: data, so that the command line may have it done here or send it to
//! the process that serves (`operator_socket.rs`). `operator.rs` does it.

use std::path::PathBuf;

use domain::{
    Activity, AddUserForm, BackupView, ChangeUserForm, DisplayName, FindTenants, FindUsers, Finding, List, Overview,
    Page, Secret, SignUpForm, Storage, TenantName, TenantView, Usage, User, Username,
};
use serde::{Deserialize, Serialize};

use crate::Retention;

/// What an operator may ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Operation {
    /// Make a tenant; without a password its owner gets a one-time one.
    TenantCreate(SignUpForm),
    /// The next tenants in the order of their names.
    TenantList {
        /// The last name of the page before.
        after: Option<TenantName>,
        /// How many at most.
        limit: u32,
        /// Which; a command of an older version asks for all.
        #[serde(default)]
        find: FindTenants,
    },
    /// One tenant.
    TenantShow(TenantName),
    /// One tenant at a glance: its people, what happened, how large it is.
    TenantOverview(TenantName),
    /// Give a tenant another name for people.
    TenantRename(TenantName, DisplayName),
    /// Close a tenant to everyone; nothing is lost.
    TenantSuspend(TenantName),
    /// Open it again.
    TenantResume(TenantName),
    /// What a tenant's storage says of its database.
    TenantUsage(TenantName),
    /// Delete a tenant, with a final backup or without.
    TenantDelete {
        /// Which.
        name: TenantName,
        /// Whether it is backed up first.
        backup: bool,
    },
    /// Move a tenant to another storage.
    TenantMove(TenantName, Storage),
    /// Go back to the copy that the last move or restore kept.
    TenantUndo(TenantName),
    /// Remove the copies that moves and restores kept.
    TenantForgetCopies(TenantName),
    /// Back a tenant up, and remove what is more than need be kept.
    Backup(TenantName, Option<Retention>),
    /// Copy the catalog beside the backups, and remove what is more than need be kept of its copies.
    BackupCatalog(Option<Retention>),
    /// All backups there are, or those of one tenant.
    BackupList(Option<TenantName>),
    /// Restore a backup into a new database, compare, and remove it again: this one, or a random one.
    BackupDrill(Option<PathBuf>),
    /// Put a backup in the place of what a tenant has: this one, or the latest.
    Restore(TenantName, Option<PathBuf>),
    /// Write a tenant's database, without what lets anybody in, into a new file.
    Export(TenantName, PathBuf),
    /// Make a tenant of such a file, with this name for people, or the one that the file's history knows.
    Import(TenantName, PathBuf, Option<DisplayName>),
    /// Look at what the storages have beside the tenants' databases.
    DoctorStorages {
        /// Whether to mend what is safe to mend.
        fix: bool,
    },
    /// Look at a tenant's database.
    DoctorTenant {
        /// Whose.
        name: TenantName,
        /// Whether to read all of it.
        deep: bool,
    },
    /// Sign everyone out of a tenant.
    TenantSignOut(TenantName),
    /// What was done in a tenant.
    TenantActivity(TenantName, List),
    /// People of a tenant.
    UserList(TenantName, FindUsers),
    /// One of them.
    UserShow(TenantName, Username),
    /// Add a user; without a password they get a one-time one.
    UserAdd(TenantName, AddUserForm),
    /// Change what a user is called, where they are reached, what they may do, whether they may sign in.
    UserChange(TenantName, Username, ChangeUserForm),
    /// Give a user a one-time password and end their sessions.
    UserResetPassword(TenantName, Username),
    /// Sign a user out everywhere.
    UserSignOut(TenantName, Username),
    /// Remove a user.
    UserRemove(TenantName, Username),
}

impl Operation {
    /// What it is called in the log.
    pub(crate) fn name(&self) -> String {
        let shown = format!("{self:?}");
        shown.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
    }

    /// The tenant that it is about, where it is about one.
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

/// What came of an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Outcome {
    /// A tenant, as it is now.
    Tenant(TenantView),
    /// A tenant that was made, with its owner.
    Created {
        /// The tenant.
        tenant: TenantView,
        /// Its owner.
        user: User,
        /// The owner's password, shown once.
        one_time_password: Option<Secret>,
    },
    /// Tenants.
    Tenants(Vec<TenantView>),
    /// A tenant at a glance.
    Overview(Overview),
    /// What was done.
    Activity(Page<Activity>),
    /// What a storage says of a database.
    Usage(Usage),
    /// Where the catalog was copied to.
    Catalog(PathBuf),
    /// A tenant was deleted; where its final backup is.
    Deleted(Option<PathBuf>),
    /// So many copies were removed.
    Removed(u64),
    /// A backup.
    Backup(BackupView),
    /// Backups.
    Backups(Vec<BackupView>),
    /// A file was written, of so many bytes.
    Written(u64),
    /// What the doctor found.
    Findings(Vec<Finding>),
    /// So many sessions were ended.
    SignedOut(u64),
    /// Users.
    Users(Page<User>),
    /// A user who was added, changed or removed.
    User {
        /// Who.
        user: User,
        /// Their password, shown once.
        one_time_password: Option<Secret>,
    },
}
