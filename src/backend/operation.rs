//! What an operator may ask for and what comes of it: data, so that the command line may have it done here or send it to
//! the process that serves (`operator_socket.rs`). `operator.rs` does it.

use domain::{
    Activity, AddUserForm, ChangeUserForm, DisplayName, FindUsers, List, Overview, Page, Secret, SignUpForm,
    TenantName, TenantView, User, Username,
};
use serde::{Deserialize, Serialize};

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
