//! A try to give the password of an account: held up after too many wrong ones, except where the account signed in before.
//! Where that was is in memory, and after a restart in the sessions that still are.

use std::time::Instant;
use storage::{Row, StorageError, params};

use crate::{
    Client, Error, Visitor,
    access::sign_in::{IDLE, names},
    auth::account_limit::{Account, Attempt},
};

/// From where the user with this name, or else this address, has a session: each once, the latest first.
const ADDRESSES: &str = "SELECT address, MAX(created_at) FROM sessions
    WHERE user_id = (SELECT id FROM users WHERE username = ?1 OR email_key = ?2 ORDER BY username = ?1 DESC LIMIT 1)
        AND expires_at > ?3 AND (door = 'api' OR last_used_at > ?4)
    GROUP BY address ORDER BY 2 DESC LIMIT 32";

impl Visitor {
    /// Begins a try to give the password of an account, if there were not too many wrong ones.
    pub(crate) async fn attempt(&self, typed: &str, client: &Client) -> Result<Attempt<'_>, Error> {
        let (accounts, account) = (&self.backend.accounts, Account::new(self.tenant.id, typed));
        let attempt = || accounts.attempt(account, client.address, Instant::now());
        match attempt() {
            // Once for each account: while it is attacked, the database is not asked again and again.
            Err(_) if !accounts.has_learned(account) => {
                self.learn(account, typed).await?;
                attempt()
            }
            done => done,
        }
    }

    /// Reads where the account signed in before the start.
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
