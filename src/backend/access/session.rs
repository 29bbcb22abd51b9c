//! `Session`: the result of a valid token: a user of the tenant and a lease on its database. `Member` is a session that may use
//! the workspace. A session from a one-time password is not a `Member`: it may only sign out and choose a new password.

use std::sync::Arc;

use domain::{ChangePassword, ChangePasswordForm, ChooseInstead, Fields, Password, Secret, SessionId, SignedIn, User};
use jiff::{SignedDuration, Timestamp};
use storage::{Row, chain, params};

use crate::{
    Client, ClientKind, Error, Visitor,
    access::sign_in::{IDLE, LEEWAY_OF_CLOCKS, ONE_TIME_EXPIRED, OTHER_CLIENT_KIND, end_sessions},
    auth::new_password,
    auth::token::Claims,
    fleet::tenants::Lease,
    tables::user::{self, USER_COLUMNS, user_columns},
};

/// The recorded last use is written again when it is older than this.
const NOTE_USE: SignedDuration = SignedDuration::from_mins(5);

/// A session that a valid token names. A clone is the same session.
#[derive(Clone)]
pub struct Session(Arc<Open>);

/// A session that may use the workspace. Only a `Session` can become one:
///
/// ```
/// fn enter(session: &backend::Session) -> Result<backend::Member, backend::Error> {
///     session.member()
/// }
/// ```
/// ```compile_fail
/// fn enter(visitor: &backend::Visitor) -> Result<backend::Member, backend::Error> {
///     visitor.member()
/// }
/// ```
/// ```compile_fail
/// fn enter(session: backend::Session) -> backend::Member {
///     backend::Member(session)
/// }
/// ```
#[derive(Clone)]
pub struct Member(Session);

struct Open {
    visitor: Visitor,
    lease: Lease,
    id: SessionId,
    user: User,
    expires_at: Timestamp,
}

/// The one query of each request: the session and its user.
const BY_ID: &str = concat!(
    "SELECT ",
    user_columns!(),
    ", sessions.door, sessions.last_used_at, sessions.expires_at, sessions.created_at
     FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.id = ?1"
);

impl Session {
    /// Opens the session that the token's claims name. It must still be valid and must have begun with the same kind of client.
    pub(crate) async fn open(visitor: &Visitor, claims: &Claims, door: ClientKind) -> Result<Self, Error> {
        let lease = visitor.backend.lease(&visitor.tenant).await?;
        let row = lease.read(BY_ID, params![claims.sid.to_string()]).await?.first();
        let row = row.ok_or(Error::Unauthenticated("the session has ended"))?;
        let user = user::from_row(&row, 0)?;
        if user.id != claims.user || user.disabled {
            return Err(Error::Unauthenticated("the session's user is disabled, or another"));
        }
        // A one-time password that has expired must not let anyone choose a new one, so its sessions are refused too. They
        // never become valid again, because a new one-time password ends all sessions.
        if visitor.has_expired(&user) {
            return Err(ONE_TIME_EXPIRED);
        }
        let (last_used_at, expires_at) = lasting(&row, door, visitor.backend.now())?;
        let session = Self(Arc::new(Open { visitor: visitor.clone(), lease, id: claims.sid, user, expires_at }));
        session.note_use(last_used_at);
        Ok(session)
    }

    /// The visitor that has shown the token.
    pub fn visitor(&self) -> &Visitor {
        &self.0.visitor
    }

    /// The session's id.
    pub(crate) fn id(&self) -> SessionId {
        self.0.id
    }

    pub(crate) fn lease(&self) -> &Lease {
        &self.0.lease
    }

    /// The user of the session.
    pub fn user(&self) -> &User {
        &self.0.user
    }

    /// The latest time at which the session ends.
    pub fn expires_at(&self) -> Timestamp {
        self.0.expires_at
    }

    /// Returns the right to use the workspace. It fails for a one-time password.
    pub fn member(&self) -> Result<Member, Error> {
        if self.user().password_change_required { Err(Error::PasswordChangeRequired) } else { Ok(Member(self.clone())) }
    }

    /// Ends the session at once.
    pub async fn sign_out(&self) -> Result<(), Error> {
        let end = ("DELETE FROM sessions WHERE id = ?1", params![self.0.id.to_string()]);
        Ok(self.0.lease.batch(vec![end]).await?)
    }

    /// Ends the session because its browser has a new one. A failure is only logged: the new session is valid, and the old one
    /// expires on its own.
    pub async fn make_way(&self) {
        if let Err(error) = self.sign_out().await {
            let tenant = self.0.visitor.name();
            tracing::warn!(%tenant, error = chain(&error), "a browser's old session could not be ended at its sign-in");
        }
    }

    /// Replaces the user's own password. All sessions of the user end, including this one, and the result is a new session.
    pub async fn change_password(&self, form: ChangePasswordForm, client: &Client) -> Result<SignedIn, Error> {
        let Open { visitor, lease, user, .. } = &*self.0;
        // With a one-time password, the session is the proof, so the current password is not asked for.
        let (current, new) = if user.password_change_required {
            (None, ChooseInstead::try_from(form)?.0)
        } else {
            let ChangePassword { current, new } = form.try_into()?;
            (Some(current), new)
        };
        let known = [
            Some(user.username.as_ref()),
            user.display_name.as_ref().map(AsRef::as_ref),
            user.email.as_ref().map(AsRef::as_ref),
        ];
        let workspace = [visitor.name().as_ref(), visitor.display_name().as_ref()];
        new_password::check("newPassword", &new, known.into_iter().flatten().chain(workspace))?;
        if current.as_ref().is_some_and(|current| current.normalized() == *new.secret()) {
            return Err(same().into());
        }
        visitor.backend.sign_ins.check(client.address)?;
        let share = visitor.share(client);
        let id = user.id.to_string();
        let row = lease.read("SELECT password_hash FROM users WHERE id = ?1", params![id.clone()]).await?.first();
        let hash: String = row.ok_or(Error::Unauthenticated("the user is gone"))?.get(0)?;
        self.prove(current.as_ref(), &new, &hash, client).await?;
        let new_hash = visitor.backend.hasher.hash(share, new.secret(), visitor.backend.random()).await?;
        let mut transaction = lease.write().await?;
        let replace = "UPDATE users SET password_hash = ?2, password_change_required = 0,
                           one_time_password_expires_at = NULL
                       WHERE id = ?1 AND password_hash = ?3 AND disabled = 0
                         AND EXISTS (SELECT 1 FROM sessions WHERE id = ?4 AND user_id = ?1)";
        let params = params![id, new_hash, hash, self.0.id.to_string()];
        if transaction.run(replace, params).await?.changes == 0 {
            return Err(Error::Unauthenticated("the session has ended, or the password is another by now"));
        }
        end_sessions(&mut transaction, user.id).await?;
        let user = User { password_change_required: false, one_time_password_expires_at: None, ..user.clone() };
        let signed_in = visitor.begin_session(lease, &mut transaction, user, client).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// Refuses a wrong current password. When the user replaces a one-time password, it refuses the same password again.
    async fn prove(&self, current: Option<&Secret>, new: &Password, hash: &str, client: &Client) -> Result<(), Error> {
        let Open { visitor, user, .. } = &*self.0;
        let found = (user.clone(), hash.to_owned());
        let Some(current) = current else {
            let is_same = visitor.is_right(new.secret(), Some(&found), client).await?;
            return if is_same { Err(same().into()) } else { Ok(()) };
        };
        let attempt = visitor.attempt(user.username.as_ref(), client).await?;
        if !visitor.is_right(current, Some(&found), client).await? {
            attempt.failed();
            return Err(Fields::one("currentPassword", "This is not your current password.").into());
        }
        Ok(())
    }

    /// Writes the last use if the recorded one is old. It runs in the background, because the request itself only reads.
    fn note_use(&self, noted: Timestamp) {
        let now = self.0.visitor.backend.now();
        if now.duration_since(noted) < NOTE_USE {
            return;
        }
        let session = self.clone();
        tokio::spawn(async move {
            if let Err(error) = session.write_use(now).await {
                tracing::warn!(%error, "the last use of a session could not be written");
            }
        });
    }

    async fn write_use(&self, now: Timestamp) -> Result<(), Error> {
        let note = "UPDATE sessions SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2";
        let params = params![self.0.id.to_string(), now.as_millisecond()];
        Ok(self.0.lease.batch(vec![(note, params)]).await?)
    }
}

fn same() -> Fields {
    Fields::one("newPassword", "Choose a password other than the current one.")
}

impl Member {
    /// The session of the member.
    pub fn session(&self) -> &Session {
        &self.0
    }

    /// The member's own user.
    pub fn me(&self) -> &User {
        self.0.user()
    }
}

/// Returns when the session was last used and when it ends. It fails if the session has expired or began with the other kind of
/// client.
fn lasting(row: &Row, door: ClientKind, now: Timestamp) -> Result<(Timestamp, Timestamp), Error> {
    let began_at: String = row.get(USER_COLUMNS)?;
    let (last_used_at, expires_at): (Timestamp, Timestamp) = (row.get(USER_COLUMNS + 1)?, row.get(USER_COLUMNS + 2)?);
    if began_at != door.as_str() {
        return Err(OTHER_CLIENT_KIND);
    }
    if row.get::<Timestamp>(USER_COLUMNS + 3)?.duration_since(now) > LEEWAY_OF_CLOCKS {
        return Err(Error::Unauthenticated("the session began in the future"));
    }
    let idle = door == ClientKind::Browser && now.duration_since(last_used_at) >= IDLE;
    if idle || now.duration_since(expires_at) >= LEEWAY_OF_CLOCKS {
        return Err(Error::Unauthenticated("the session has expired"));
    }
    Ok((last_used_at, expires_at))
}
