//! Sign-in with a password or with a sign-up's hand-off code, and the check of a token.

use std::time::Instant;

use domain::{Email, Secret, SessionId, SignIn, SignedIn, User, UserId, Username};
use jiff::{SignedDuration, Timestamp};
use storage::{Database, Transaction, params};

use crate::{
    Client, ClientKind, Error, Session, Visitor,
    auth::account_limit::Account,
    auth::fair_queue::{Class, Share},
    auth::password_spellings::spellings,
    auth::rate_limit::subscriber,
    auth::token::{Claims, LEEWAY, Token},
    events,
    tables::user::{self, USER_COLUMNS, user_columns},
    workspace::overview::measure,
};

/// The error for a token of the other kind of client.
pub(crate) const OTHER_CLIENT_KIND: Error =
    Error::Unauthenticated("the token is for the other kind of client, browser or API");
/// The error for a one-time password that expired before the user chose a new password.
pub(crate) const ONE_TIME_EXPIRED: Error = Error::Unauthenticated("the one-time password has expired");
/// How far two clocks may be apart.
pub(crate) const LEEWAY_OF_CLOCKS: SignedDuration = SignedDuration::from_secs(LEEWAY);

/// How long a browser's session lasts without use.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_hours(7 * 24);

impl ClientKind {
    /// How long a session lasts at most.
    fn lifetime(self) -> SignedDuration {
        match self {
            Self::Browser => SignedDuration::from_hours(30 * 24),
            Self::Api => SignedDuration::from_hours(1),
        }
    }
}

impl Visitor {
    /// Opens the session that the token names. The database is opened only if the token is valid and belongs to this tenant.
    pub async fn authenticate(&self, token: &str, door: ClientKind) -> Result<Session, Error> {
        let token = Token::parse(token)?;
        let keys = self.record.keys(self.tenant.id, &self.backend.secrets);
        let claims =
            if keys.are_named_by(&token) { keys.verify(&token, self.now()) } else { self.backend.verify(&token) }?;
        if claims.tid != self.tenant.id {
            return Err(Error::Forbidden("the token is another tenant's"));
        }
        if claims.door.is_some_and(|own| own != door) {
            return Err(OTHER_CLIENT_KIND);
        }
        Session::open(self, &claims, door).await
    }

    /// Begins a session if the password is right. All wrong passwords and unknown usernames get the same error, at the same
    /// cost.
    pub async fn sign_in(&self, form: SignIn, client: &Client) -> Result<SignedIn, Error> {
        let typed = form.username.clone();
        let done = self.sign_in_by_password(form, client).await;
        events::sign_in(&typed, client, &done);
        done
    }

    async fn sign_in_by_password(&self, form: SignIn, client: &Client) -> Result<SignedIn, Error> {
        self.backend.sign_ins.check(client.address)?;
        let (username, email) = names(&form.username);
        let attempt = self.attempt(email.as_deref().unwrap_or(&form.username), client).await?;
        let lease = self.backend.lease(&self.tenant).await?;
        let found = find(&lease, username, email).await?;
        let right = self.is_right(&form.password, found.as_ref(), client).await?;
        let Some((user, hash)) = found.filter(|_| right) else {
            attempt.failed();
            return Err(Error::Unauthenticated("wrong username or password"));
        };
        if self.has_expired(&user) {
            attempt.failed();
            return Err(ONE_TIME_EXPIRED);
        }
        if user.disabled {
            return Err(Error::Deactivated);
        }
        let mut transaction = lease.write().await?;
        self.still(&mut transaction, user.id, &hash).await?;
        let signed_in = self.begin_session(&lease, &mut transaction, user, client).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// Whether the password is the user's, in one of its spellings. Without a user the answer is no, and it takes the same
    /// time.
    pub(crate) async fn is_right(
        &self,
        typed: &Secret,
        found: Option<&(User, String)>,
        client: &Client,
    ) -> Result<bool, Error> {
        let hash = found.map(|(_, hash)| hash.as_str());
        for password in spellings(typed, found.map(|(user, _)| user)) {
            if self.backend.hasher.verify(self.share(client), &password, hash).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the user has a one-time password that has expired.
    pub(crate) fn has_expired(&self, user: &User) -> bool {
        user.password_change_required
            && user.one_time_password_expires_at.is_some_and(|until| until <= self.backend.now())
    }

    /// The queue share for hashing a user's own password.
    pub(crate) fn share(&self, client: &Client) -> Share {
        Share { class: Class::SignIn, tenant: Some(self.tenant.id), network: Some(subscriber(client.address)) }
    }

    /// Begins a session for the user who has just signed up the workspace. A code works once, within a minute.
    pub async fn welcome(&self, code: &str, client: &Client) -> Result<SignedIn, Error> {
        let done = self.sign_in_by_code(code, client).await;
        events::sign_in("", client, &done);
        done
    }

    async fn sign_in_by_code(&self, code: &str, client: &Client) -> Result<SignedIn, Error> {
        const WRONG: Error = Error::Unauthenticated("the welcome code is used, expired or wrong");
        if !is_code(code) {
            return Err(WRONG);
        }
        self.backend.sign_ins.check(client.address)?;
        let lease = self.backend.lease(&self.tenant).await?;
        let (hash, now) = (code_hash(code), self.backend.now().as_millisecond());
        let good = "SELECT 1 FROM hand_offs WHERE code_hash = ?1 AND expires_at > ?2";
        lease.read(good, params![hash.clone(), now]).await?.first().ok_or(WRONG)?;
        let mut transaction = lease.write().await?;
        transaction.run("DELETE FROM hand_offs WHERE expires_at <= ?1", params![now]).await?;
        let spent =
            transaction.run("DELETE FROM hand_offs WHERE code_hash = ?1 RETURNING user_id", params![hash]).await?;
        let user: UserId = spent.first().ok_or(WRONG)?.get(0)?;
        let by_id = concat!("SELECT ", user_columns!(), " FROM users WHERE id = ?1 AND disabled = 0");
        let user = transaction.run(by_id, params![user.to_string()]).await?.first();
        let user = user::from_row(&user.ok_or(Error::Unauthenticated("the user is gone or disabled"))?, 0)?;
        let signed_in = self.begin_session(&lease, &mut transaction, user, client).await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// Checks that the user has not been disabled and has the same password since the hash was read.
    async fn still(&self, transaction: &mut Transaction, user: UserId, hash: &str) -> Result<(), Error> {
        let still = "SELECT 1 FROM users WHERE id = ?1 AND password_hash = ?2 AND disabled = 0";
        let rows = transaction.run(still, params![user.to_string(), hash]).await?;
        rows.first().map(drop).ok_or(Error::Unauthenticated("the user is disabled or has another password by now"))
    }

    /// Begins a session for a user who has proved their identity.
    pub(crate) async fn begin_session(
        &self,
        database: &Database,
        transaction: &mut Transaction,
        user: User,
        client: &Client,
    ) -> Result<SignedIn, Error> {
        let (now, id) = (self.backend.now(), SessionId::new(self.backend.millis(), &self.backend.random()));
        let expires_at = now + client.kind.lifetime();
        // Deletes the user's expired sessions, and those that began while the clock was ahead.
        let over = "DELETE FROM sessions WHERE user_id = ?1 AND (expires_at <= ?2 OR created_at > ?3)";
        let soon = now + LEEWAY_OF_CLOCKS;
        transaction.run(over, params![user.id.to_string(), now.as_millisecond(), soon.as_millisecond()]).await?;
        let begin =
            "INSERT INTO sessions (id, user_id, door, address, user_agent, created_at, last_used_at, expires_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)";
        let user_agent: String = client.user_agent.chars().take(256).collect();
        let (address, door) = (client.address.to_string(), client.kind.as_str());
        let params = params![
            id.to_string(),
            user.id.to_string(),
            door,
            address,
            user_agent,
            now.as_millisecond(),
            expires_at.as_millisecond()
        ];
        transaction.run(begin, params).await?;
        let note = "UPDATE users SET last_sign_in_at = ?2 WHERE id = ?1";
        transaction.run(note, params![user.id.to_string(), now.as_millisecond()]).await?;
        measure(database, transaction, now).await?;
        for name in signs_in_as(&user) {
            self.backend.accounts.signed_in(Account::new(self.tenant.id, &name), client.address, Instant::now());
        }
        let user = User { last_sign_in_at: Some(now), ..user };
        Ok(SignedIn { token: self.token((user.id, id), client.kind, (now, expires_at))?, expires_at, user })
    }

    fn token(
        &self,
        session: (UserId, SessionId),
        door: ClientKind,
        time: (Timestamp, Timestamp),
    ) -> Result<Secret, Error> {
        let ((user, sid), (now, until)) = (session, time);
        let claims = Claims {
            user,
            tenant: self.name().clone(),
            tid: self.tenant.id,
            sid,
            door: Some(door),
            iat: now.as_second(),
            exp: until.as_second(),
        };
        self.record.keys(self.tenant.id, &self.backend.secrets).sign(&claims)
    }
}

/// Parses a typed text as a username, and as the key of an email address.
pub(crate) fn names(typed: &str) -> (Option<String>, Option<String>) {
    let username = typed.parse::<Username>().ok().map(|name| name.to_string());
    (username, typed.parse::<Email>().ok().map(|email| email.key()))
}

/// All names that the user may sign in with.
pub(crate) fn signs_in_as(user: &User) -> impl Iterator<Item = String> {
    std::iter::once(user.username.to_string()).chain(user.email.as_ref().map(Email::key))
}

/// Finds the user with this username or, if there is none, with this email address. Returns the user and the password hash.
async fn find(
    database: &Database,
    username: Option<String>,
    email: Option<String>,
) -> Result<Option<(User, String)>, Error> {
    const BY_NAME: &str = concat!(
        "SELECT ",
        user_columns!(),
        ", users.password_hash FROM users WHERE username = ?1 OR email_key = ?2 ORDER BY username = ?1 DESC LIMIT 1"
    );
    let row = database.read(BY_NAME, params![username, email]).await?.first();
    row.map(|row| Ok((user::from_row(&row, 0)?, row.get(USER_COLUMNS)?))).transpose()
}

/// Deletes everything that lets a user in without their password: their sessions and hand-off codes.
pub(crate) async fn end_sessions(transaction: &mut Transaction, user: UserId) -> Result<(), Error> {
    transaction.run("DELETE FROM sessions WHERE user_id = ?1", params![user.to_string()]).await?;
    transaction.run("DELETE FROM hand_offs WHERE user_id = ?1", params![user.to_string()]).await?;
    Ok(())
}

/// Whether a text has the form of a hand-off code: 256 bits in base64url. No database is opened for other texts.
fn is_code(text: &str) -> bool {
    data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).is_ok_and(|bits| bits.len() == 32)
}

/// The hash of a hand-off code, which is stored in place of the code.
pub(crate) fn code_hash(code: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, code.as_bytes()).as_ref().to_vec()
}
