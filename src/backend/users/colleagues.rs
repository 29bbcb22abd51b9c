//! Lookups of other users in a workspace: the owners and admins that a member can ask, and the users behind the usernames of a
//! list.

use std::collections::BTreeSet;

use domain::{User, Username};
use storage::params;

use crate::{
    Error, Member, People,
    tables::user::{self, user_columns},
};

impl Member {
    /// The owners and admins who can sign in, owners first. A member asks them for what only they may do. At most 20.
    pub async fn managers(&self) -> Result<Vec<User>, Error> {
        const MANAGERS: &str = concat!(
            "SELECT ",
            user_columns!(),
            " FROM users WHERE role <> 'member' AND disabled = 0 ORDER BY role DESC, username LIMIT 20"
        );
        let rows = self.session().lease().read(MANAGERS, vec![]).await?.rows;
        Ok(rows.iter().map(|row| user::from_row(row, 0)).collect::<Result<_, _>>()?)
    }
}

impl People<'_> {
    /// The users with these usernames. Removed users are left out.
    pub async fn called(&self, usernames: &BTreeSet<Username>) -> Result<Vec<User>, Error> {
        const CALLED: &str =
            concat!("SELECT ", user_columns!(), " FROM users WHERE username IN (SELECT value FROM json_each(?1))");
        // JSON does not have to escape any character of a username.
        let names: Vec<_> = usernames.iter().map(|name| format!("\"{name}\"")).collect();
        let rows = self.lease.read(CALLED, params![format!("[{}]", names.join(","))]).await?.rows;
        Ok(rows.iter().map(|row| user::from_row(row, 0)).collect::<Result<_, _>>()?)
    }
}
