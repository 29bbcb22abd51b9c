//! Attempts to give the password of an account. The account limit refuses them after too many failures, except from a network
//! where the account signed in before. Those networks are kept in memory. After a restart they are read from the sessions.

use std::time::Instant;

use storage::{Row, StorageError, params};

use crate::{
    Client, Error, Visitor,
    access::sign_in::{IDLE, names},
    auth::account_limit::{Account, Attempt},
};

/// The addresses of the sessions of the user with this username or, if there is none, this email address: each once, the latest
/// first.
const ADDRESSES: &str = "SELECT address, MAX(created_at) FROM sessions
    WHERE user_id = (SELECT id FROM users WHERE username = ?1 OR email_key = ?2 ORDER BY username = ?1 DESC LIMIT 1)
        AND expires_at > ?3 AND (door = 'api' OR last_used_at > ?4)
    GROUP BY address ORDER BY 2 DESC LIMIT 32";

impl Visitor {
    /// Begins an attempt to give the password of an account, or refuses it after too many failures.
    pub(crate) async fn attempt(&self, typed: &str, client: &Client) -> Result<Attempt<'_>, Error> {
        let (accounts, account) = (&self.backend.accounts, Account::new(self.tenant.id, typed));
        let attempt = || accounts.attempt(account, client.address, Instant::now());
        match attempt() {
            // Once for each account, so that an attack does not cause one database read for each attempt.
            Err(_) if !accounts.has_learned(account) => {
                self.learn(account, typed).await?;
                attempt()
            }
            done => done,
        }
    }

    /// Reads where the account signed in before the server started.
    async fn learn(&self, account: Account, typed: &str) -> Result<(), Error> {
        let ((username, email), now) = (names(typed), self.backend.now());
        let lease = self.backend.lease(&self.tenant).await?;
        let params = params![username, email, now.as_millisecond(), (now - IDLE).as_millisecond()];
        let rows = lease.read(ADDRESSES, params).await?.rows;
        let since = |row: &Row| {
            let age = now.duration_since(row.get(1)?).unsigned_abs();
            Ok::<_, StorageError>((row.get::<String>(0)?, Instant::now().checked_sub(age).unwrap_or_else(Instant::now)))
        };
        let found = rows.iter().map(since).collect::<Result<Vec<_>, _>>()?;
        let readable = found.into_iter().filter_map(|(address, since)| Some((address.parse().ok()?, since)));
        self.backend.accounts.learn(account, readable);
        Ok(())
    }
}
