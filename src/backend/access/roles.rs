//! `Admin` and `Owner`: a member who may manage people, or the workspace itself. Each is had of a `Member` alone, by asking
//! for it; what they do is checked again within its own transaction, since a role may be taken while a request runs.

use domain::Role;

use crate::{Error, Member, People};

/// A member who may manage people: an admin or an owner. It is had of a member, and of nothing less:
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

/// A member who may manage everyone and the workspace itself.
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
    /// The right to manage people.
    pub fn admin(&self) -> Result<Admin, Error> {
        if self.me().role >= Role::Admin { Ok(Admin(self.clone())) } else { Err(ADMINS_ONLY) }
    }

    /// The right to manage everyone and the workspace itself.
    pub fn owner(&self) -> Result<Owner, Error> {
        if self.me().role == Role::Owner { Ok(Owner(self.clone())) } else { Err(OWNERS_ONLY) }
    }
}

impl Admin {
    /// The member behind it.
    pub fn member(&self) -> &Member {
        &self.0
    }

    /// The people of the workspace, as this admin may manage them.
    pub fn people(&self) -> People<'_> {
        let session = self.0.session();
        People::new(session.visitor(), session.lease(), Some((session.user(), session.id())))
    }
}

impl Owner {
    /// The member behind it.
    pub fn member(&self) -> &Member {
        &self.0
    }
}

/// What a member is told who would manage people.
pub(crate) const ADMINS_ONLY: Error = Error::NotAllowed("Only admins and owners can do this. Ask one of them.");
/// What everyone else is told who would manage the workspace.
pub(crate) const OWNERS_ONLY: Error = Error::NotAllowed("Only owners can do this. Ask one of them.");
