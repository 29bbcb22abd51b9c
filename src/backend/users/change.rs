//! Changes and removes users. Every rule is checked inside the write transaction, on the rows at that moment. If two owners
//! demote each other at the same time, one of them stays an owner.

use domain::{Action, ChangeUser, ChangeUserForm, Email, Role, User, UserId};
use storage::{Transaction, params};

use super::{NO_SUCH_USER, People, role_now};

use crate::{
    Error, Member,
    access::sign_in::end_sessions,
    tables::search::search_text,
    tables::user::{self, ensure_distinct, taken, user_columns},
    workspace::activity::note,
};

const ONESELF: Error = Error::NotAllowed("You cannot do this to your own account. Ask another owner or admin.");
const NOT_THEIRS: Error = Error::NotAllowed("Admins can change members only. Ask an owner.");
const TOO_HIGH: Error = Error::NotAllowed("You cannot give a role above your own.");

impl People<'_> {
    /// Changes a user's display name, email address, role, or whether the user is disabled.
    pub async fn change(&self, id: UserId, form: ChangeUserForm) -> Result<User, Error> {
        let change = ChangeUser::try_from(form)?;
        let mut transaction = self.lease.write().await?;
        let user = self.target(&mut transaction, id).await?;
        if let Some(role) = change.role.filter(|role| *role != user.role) {
            self.ensure_may_grant(&mut transaction, role).await?;
        }
        if change.disabled == Some(true) && self.is_oneself(id) {
            return Err(ONESELF);
        }
        let changed = apply(&mut transaction, &user, change).await?;
        keep_an_owner(&mut transaction, &user).await?;
        self.note_changes(&mut transaction, &user, &changed).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Removes a user and all their sessions. Their activity stays readable and shows their username only.
    pub async fn remove(&self, id: UserId) -> Result<User, Error> {
        let mut transaction = self.lease.write().await?;
        let user = self.target(&mut transaction, id).await?;
        if self.is_oneself(id) {
            return Err(ONESELF);
        }
        transaction.run("DELETE FROM users WHERE id = ?1", params![id.to_string()]).await?;
        keep_an_owner(&mut transaction, &user).await?;
        self.note(&mut transaction, Action::UserRemoved, &user, None).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Ends all sessions of a user.
    pub async fn sign_out(&self, id: UserId) -> Result<User, Error> {
        let mut transaction = self.lease.write().await?;
        let user = self.target(&mut transaction, id).await?;
        end_sessions(&mut transaction, id).await?;
        self.note(&mut transaction, Action::UserSignedOut, &user, None).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Returns the user to change. It fails if the acting user may not manage that user at this moment.
    pub(crate) async fn target(&self, transaction: &mut Transaction, id: UserId) -> Result<User, Error> {
        let authority = self.authority(transaction).await?;
        let user = by_id(transaction, id).await?;
        if authority.manages(user.role) { Ok(user) } else { Err(NOT_THEIRS) }
    }

    /// Checks that the acting user may grant this role at this moment.
    pub(crate) async fn ensure_may_grant(&self, transaction: &mut Transaction, role: Role) -> Result<(), Error> {
        if self.authority(transaction).await?.grants(role) { Ok(()) } else { Err(TOO_HIGH) }
    }

    pub(crate) async fn note(
        &self,
        transaction: &mut Transaction,
        action: Action,
        user: &User,
        detail: Option<String>,
    ) -> Result<(), Error> {
        let actor = self.actor.map(|(actor, _)| &actor.username);
        note(transaction, self.visitor.backend.now(), actor, (action, Some(&user.username)), detail).await
    }

    async fn note_changes(&self, transaction: &mut Transaction, was: &User, is: &User) -> Result<(), Error> {
        if (&was.display_name, &was.email) != (&is.display_name, &is.email) {
            self.note(transaction, Action::UserChanged, is, None).await?;
        }
        if was.role != is.role {
            self.note(transaction, Action::RoleChanged, is, Some(is.role.to_string())).await?;
        }
        match (was.disabled, is.disabled) {
            (false, true) => self.note(transaction, Action::UserDisabled, is, None).await,
            (true, false) => self.note(transaction, Action::UserEnabled, is, None).await,
            _ => Ok(()),
        }
    }
}

impl Member {
    /// Changes a user. Members may change their own personal details, and admins may change the users that they manage.
    pub async fn change(&self, id: UserId, form: ChangeUserForm) -> Result<User, Error> {
        if id != self.me().id {
            return self.admin()?.people().change(id, form).await;
        }
        let change = ChangeUser::try_from(form.clone())?;
        if !change.is_personal() {
            return self.admin()?.people().change(id, form).await;
        }
        let mut transaction = self.session().lease().write().await?;
        role_now(&mut transaction, id, self.session().id()).await?;
        let user = by_id(&mut transaction, id).await?;
        let user = apply(&mut transaction, &user, change).await?;
        transaction.commit().await?;
        Ok(user)
    }
}

async fn by_id(transaction: &mut Transaction, id: UserId) -> Result<User, Error> {
    let by_id = concat!("SELECT ", user_columns!(), " FROM users WHERE id = ?1");
    let row = transaction.run(by_id, params![id.to_string()]).await?.first();
    Ok(user::from_row(&row.ok_or(NO_SUCH_USER)?, 0)?)
}

/// Writes the change. A user who is disabled by it is signed out.
async fn apply(transaction: &mut Transaction, was: &User, change: ChangeUser) -> Result<User, Error> {
    let user = User {
        display_name: change.display_name.apply(was.display_name.clone()),
        email: change.email.apply(was.email.clone()),
        role: change.role.unwrap_or(was.role),
        disabled: change.disabled.unwrap_or(was.disabled),
        ..was.clone()
    };
    if user.email != was.email {
        ensure_distinct(transaction, user.id, &user.username, user.email.as_ref()).await?;
    }
    let id = user.id.to_string();
    let (name, email) =
        (user.display_name.as_ref().map(ToString::to_string), user.email.as_ref().map(ToString::to_string));
    let update = "UPDATE users SET display_name = ?2, email = ?3, role = ?4, disabled = ?5, search = ?6,
                  email_key = ?7 WHERE id = ?1";
    let search = search_text(user.username.as_ref(), name.as_deref(), email.as_deref());
    let email_key = user.email.as_ref().map(Email::key);
    let params = params![id, name, email, user.role.as_str(), i64::from(user.disabled), search, email_key];
    transaction.run(update, params).await.map_err(taken)?;
    if user.disabled {
        end_sessions(transaction, user.id).await?;
    }
    Ok(user)
}

/// Checks that there is still an owner who can sign in. `user` is the changed user as it was before. Only an owner can have
/// been the last one.
async fn keep_an_owner(transaction: &mut Transaction, user: &User) -> Result<(), Error> {
    if user.role != Role::Owner {
        return Ok(());
    }
    let left = "SELECT 1 FROM users WHERE role = 'owner' AND disabled = 0 LIMIT 1";
    transaction.run(left, vec![]).await?.first().map(drop).ok_or(Error::LastOwner)
}
