//! `People`: the users of one workspace, for an acting user who may manage them. An admin or owner acts with the role of that
//! moment, and the operator acts like an owner. Lists are here, the filters of a list in `find.rs`, changes in `change.rs`,
//! adding users and setting passwords in `add.rs`.

mod add;
mod change;
mod colleagues;
mod find;

use domain::{FindUsers, Page, Role, SessionId, User, UserId, Username};
use jiff::SignedDuration;
use storage::{Rows, StorageError, Transaction, params};

use crate::{
    Error, Visitor,
    access::roles::ADMINS_ONLY,
    auth::cursor::Cursors,
    fleet::tenants::Lease,
    tables::user::{self, user_columns},
};

/// A user who has not signed in for this long is idle.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The users of a workspace, for an acting user who may manage them.
pub struct People<'a> {
    pub(crate) visitor: &'a Visitor,
    pub(crate) lease: &'a Lease,
    /// The acting user and their session. `None` means the operator.
    actor: Option<(&'a User, SessionId)>,
}

impl<'a> People<'a> {
    /// Only `Admin`, `Operator` and the import create one.
    pub(crate) fn new(visitor: &'a Visitor, lease: &'a Lease, actor: Option<(&'a User, SessionId)>) -> Self {
        Self { visitor, lease, actor }
    }

    /// A page of users in the order of their usernames.
    pub async fn page(&self, find: &FindUsers) -> Result<Page<User>, Error> {
        let list = list_name(find);
        let cursors = Cursors::new(&self.visitor.backend.secrets, self.visitor.id());
        let after = find.cursor.as_ref().map(|cursor| cursors.open(&list, cursor)).transpose()?;
        let rows = self.some(find, after.unwrap_or_default()).await?.rows;
        let users = rows.iter().map(|row| user::from_row(row, 0)).collect::<Result<_, _>>()?;
        Ok(Page::of(users, find.limit, |last: &User| cursors.seal(&list, last.username.as_ref())))
    }

    /// The number of users that `find` matches, on all pages.
    pub async fn count(&self, find: &FindUsers) -> Result<u64, Error> {
        let (sql, params) = find::count(find, self.visitor.backend.now());
        let row = self.lease.read_long(sql, params).await?.first();
        Ok(row.ok_or(Error::NotFound("count"))?.get(0)?)
    }

    /// The users after `after`, one more than fit on the page. Without filters it reads only these rows.
    async fn some(&self, find: &FindUsers, after: String) -> Result<Rows, StorageError> {
        if find.is_everyone() {
            return self.lease.read(find::EVERYONE, params![after, find.limit.one_more()]).await;
        }
        let (sql, params) = find::page(find, after, self.visitor.backend.now());
        self.lease.read_long(sql, params).await
    }

    /// The user with this id.
    pub async fn find(&self, id: UserId) -> Result<User, Error> {
        const BY_ID: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE id = ?1");
        let row = self.lease.read(BY_ID, params![id.to_string()]).await?.first();
        Ok(user::from_row(&row.ok_or(NO_SUCH_USER)?, 0)?)
    }

    /// The user with this username.
    pub async fn named(&self, username: &Username) -> Result<User, Error> {
        const BY_NAME: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE username = ?1");
        let row = self.lease.read(BY_NAME, params![username.to_string()]).await?.first();
        Ok(user::from_row(&row.ok_or(NO_SUCH_USER)?, 0)?)
    }

    /// The earliest created owner who can sign in.
    pub(crate) async fn an_owner(&self) -> Result<User, Error> {
        const OWNER: &str = concat!(
            "SELECT ",
            user_columns!(),
            " FROM users WHERE role = 'owner' AND disabled = 0 ORDER BY created_at, id LIMIT 1"
        );
        let row = self.lease.read(OWNER, vec![]).await?.first();
        Ok(user::from_row(&row.ok_or(NO_SUCH_USER)?, 0)?)
    }

    /// Whether the page should offer the acting user to change this user.
    pub fn may_manage(&self, user: &User) -> bool {
        self.actor.is_none_or(|(actor, _)| actor.role.manages(user.role))
    }

    /// The roles that the acting user may grant.
    pub fn grantable(&self) -> impl Iterator<Item = Role> {
        let own = self.actor.map_or(Role::Owner, |(actor, _)| actor.role);
        Role::ALL.into_iter().filter(move |&role| own.grants(role))
    }

    /// The acting user's role, read inside the transaction. It may have changed since the request began.
    async fn authority(&self, transaction: &mut Transaction) -> Result<Role, Error> {
        let role = match self.actor {
            Some((actor, session)) => role_now(transaction, actor.id, session).await?,
            None => Role::Owner,
        };
        if role >= Role::Admin { Ok(role) } else { Err(ADMINS_ONLY) }
    }

    fn is_oneself(&self, id: UserId) -> bool {
        self.actor.is_some_and(|(actor, _)| actor.id == id)
    }
}

/// Returns a user's role at this moment. It fails if the session has ended or may no longer act: while the request waited, the
/// session can be ended, the user disabled or the password reset.
pub(crate) async fn role_now(transaction: &mut Transaction, user: UserId, session: SessionId) -> Result<Role, Error> {
    let role = "SELECT users.role FROM sessions JOIN users ON users.id = sessions.user_id
                WHERE sessions.id = ?1 AND users.id = ?2 AND users.disabled = 0 AND users.password_change_required = 0";
    let row = transaction.run(role, params![session.to_string(), user.to_string()]).await?.first();
    Ok(row.ok_or(Error::Unauthenticated("the session has ended by now"))?.get(0)?)
}

pub(crate) const NO_SUCH_USER: Error = Error::NotFound("user");

/// The name of the list with all its filters. A cursor is valid only for the list with the same name.
fn list_name(find: &FindUsers) -> String {
    format!("users\n{:?}\n{:?}\n{}", find.role, find.status, find.q)
}
