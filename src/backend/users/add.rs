//! Adds users, and gives users a one-time password with which they can only choose their own.

use domain::{Action, AddUser, AddUserForm, Admission, Secret, UserId};
use storage::params;

use super::People;

use crate::{
    Backend, Error,
    access::sign_in::{end_sessions, signs_in_as},
    auth::account_limit::Account,
    auth::fair_queue::{Class, Share},
    auth::new_password,
    tables::user::{NewUser, ONE_TIME_PASSWORD, ensure_distinct},
};

/// Letters and digits that are not easily confused with each other.
const LEGIBLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

impl People<'_> {
    /// Adds a user. Without a password the user gets a one-time password.
    pub async fn add(&self, form: AddUserForm) -> Result<Admission, Error> {
        let AddUser { username, display_name, email, role, password } = form.try_into()?;
        let backend = &self.visitor.backend;
        if let Some(password) = &password {
            let names =
                [Some(username.as_ref()), display_name.as_ref().map(AsRef::as_ref), email.as_ref().map(AsRef::as_ref)];
            let workspace = [self.visitor.name().as_ref(), self.visitor.display_name().as_ref()];
            new_password::check("password", password, names.into_iter().flatten().chain(workspace))?;
        }
        let share = self.share()?;
        let one_time_password = password.is_none().then(|| backend.one_time_password());
        let secret =
            password.as_ref().map_or_else(|| one_time_password.clone().unwrap_or_default(), |p| p.secret().clone());
        let user = NewUser {
            id: UserId::new(backend.millis(), &backend.random()),
            username,
            display_name,
            email,
            role,
            password_hash: backend.hasher.hash(share, &secret, backend.random()).await?,
            one_time: one_time_password.is_some(),
        };
        let mut transaction = self.lease.write().await?;
        self.ensure_may_grant(&mut transaction, role).await?;
        ensure_distinct(&mut transaction, user.id, &user.username, user.email.as_ref()).await?;
        let user = user.insert(&mut transaction, backend.now()).await?;
        self.note(&mut transaction, Action::UserAdded, &user, Some(role.to_string())).await?;
        transaction.commit().await?;
        Ok(Admission { user, one_time_password })
    }

    /// Gives a user a one-time password, and ends all their sessions.
    pub async fn reset_password(&self, id: UserId) -> Result<Admission, Error> {
        if self.is_oneself(id) {
            return Err(Error::NotAllowed("Change your own password on your account page."));
        }
        let backend = &self.visitor.backend;
        let password = backend.one_time_password();
        let hash = backend.hasher.hash(self.share()?, &password, backend.random()).await?;
        let mut transaction = self.lease.write().await?;
        let mut user = self.target(&mut transaction, id).await?;
        let expires_at = backend.now() + ONE_TIME_PASSWORD;
        let replace =
            "UPDATE users SET password_hash = ?2, password_change_required = 1, one_time_password_expires_at = ?3
                       WHERE id = ?1";
        transaction.run(replace, params![id.to_string(), hash, expires_at.as_millisecond()]).await?;
        end_sessions(&mut transaction, id).await?;
        self.note(&mut transaction, Action::PasswordReset, &user, None).await?;
        transaction.commit().await?;
        for name in signs_in_as(&user) {
            backend.accounts.forgive(Account::new(self.visitor.id(), &name));
        }
        user.password_change_required = true;
        user.one_time_password_expires_at = Some(expires_at);
        Ok(Admission { user, one_time_password: Some(password) })
    }
}

impl People<'_> {
    /// The queue share for hashing a new password. An admin is refused when the workspace has reached its limit on set
    /// passwords. The operator has no limit.
    fn share(&self) -> Result<Share, Error> {
        let tenant = self.visitor.id();
        if self.actor.is_some() {
            self.visitor.backend.passwords_set.count(tenant)?;
        }
        Ok(Share { class: Class::People, tenant: Some(tenant), network: None })
    }
}

impl Backend {
    /// Returns a new one-time password: four groups of five legible characters, 100 random bits.
    pub(crate) fn one_time_password(&self) -> Secret {
        let letters = self.random::<20>().map(|byte| char::from(LEGIBLE[usize::from(byte % 32)]));
        let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
        groups.join("-").into()
    }
}
