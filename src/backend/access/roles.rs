//! `Admin` and `Owner`: a member who may manage users, or the workspace itself. Only a `Member` can become one. Each change
//! checks the role again within its own transaction, because the role can be taken away while a request runs.

use domain::Role;

use crate::{Error, Member, People};

/// A member who may manage users: an admin or an owner. Only a `Member` can become one:
///
/// ```
/// fn manage(member: &backend::Member) -> Result<backend::Admin, backend::Error> {
///     member.admin()
/// }
/// ```
/// ```compile_fail
/// fn manage(session: &backend::Session) -> Result<backend::Admin, backend::Error> {
///     session.admin()
/// }
/// ```
#[derive(Clone)]
pub struct Admin(Member);

/// A member who may manage all users and the workspace itself.
///
/// ```
/// fn govern(member: &backend::Member) -> Result<backend::Owner, backend::Error> {
///     member.owner()
/// }
/// ```
/// ```compile_fail
/// fn govern(admin: &backend::Admin) -> Result<backend::Owner, backend::Error> {
///     admin.owner()
/// }
/// ```
#[derive(Clone)]
pub struct Owner(Member);

impl Member {
    /// Returns the right to manage users.
    pub fn admin(&self) -> Result<Admin, Error> {
        if self.me().role >= Role::Admin { Ok(Admin(self.clone())) } else { Err(ADMINS_ONLY) }
    }

    /// Returns the right to manage all users and the workspace itself.
    pub fn owner(&self) -> Result<Owner, Error> {
        if self.me().role == Role::Owner { Ok(Owner(self.clone())) } else { Err(OWNERS_ONLY) }
    }
}

impl Admin {
    /// The member with this role.
    pub fn member(&self) -> &Member {
        &self.0
    }

    /// The users of the workspace, as this admin may manage them.
    pub fn people(&self) -> People<'_> {
        let session = self.0.session();
        People::new(session.visitor(), session.lease(), Some((session.user(), session.id())))
    }
}

impl Owner {
    /// The member with this role.
    pub fn member(&self) -> &Member {
        &self.0
    }
}

/// The refusal for a user who may not manage users.
pub(crate) const ADMINS_ONLY: Error = Error::NotAllowed("Only admins and owners can do this. Ask one of them.");
/// The refusal for a user who may not manage the workspace.
pub(crate) const OWNERS_ONLY: Error = Error::NotAllowed("Only owners can do this. Ask one of them.");
