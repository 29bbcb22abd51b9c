//! Users in their tenant's database. This is the only place where rows become `domain::User`.

use domain::{DisplayName, Email, Fields, Role, User, UserId, Username};
use jiff::{SignedDuration, Timestamp};
use storage::{Result, Rewrite, Row, StorageError, Transaction, params};

use crate::{Error, tables::search::search_text};

/// The columns that `from_row` reads, with their table's name for joins.
macro_rules! user_columns {
    () => {
        "users.id, users.username, users.display_name, users.email, users.role, users.disabled, \
         users.password_change_required, users.one_time_password_expires_at, users.created_at, users.last_sign_in_at"
    };
}
pub(crate) use user_columns;

/// The number of `user_columns`, and so the index of the next column.
pub(crate) const USER_COLUMNS: usize = 10;

/// Reads a user from the columns that start at `first`.
pub(crate) fn from_row(row: &Row, first: usize) -> Result<User> {
    Ok(User {
        id: row.get(first)?,
        username: row.get(first + 1)?,
        display_name: row.get(first + 2)?,
        email: row.get(first + 3)?,
        role: row.get(first + 4)?,
        disabled: row.get(first + 5)?,
        password_change_required: row.get(first + 6)?,
        one_time_password_expires_at: row.get(first + 7)?,
        created_at: row.get(first + 8)?,
        last_sign_in_at: row.get(first + 9)?,
    })
}

/// How long a one-time password is valid.
pub(crate) const ONE_TIME_PASSWORD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Sets the key of the email addresses that an older version stored. If two addresses have the same key, the first one gets it.
/// A text that is not an email address gets none, since nobody can sign in with it.
pub(crate) const KEY_EMAIL_ADDRESSES: Rewrite = Rewrite {
    rows: "SELECT id, email FROM users WHERE email IS NOT NULL AND email_key IS NULL ORDER BY id",
    change: "UPDATE OR IGNORE users SET email_key = ?2 WHERE id = ?1",
    with: |row| {
        let (id, email): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(params![id, email.parse::<Email>().ok().map(|email| email.key())])
    },
};

/// Refuses a username that is another user's email address, and an email address that is another user's username. Both are
/// names to sign in with.
pub(crate) async fn ensure_distinct(
    transaction: &mut Transaction,
    id: UserId,
    username: &Username,
    email: Option<&Email>,
) -> std::result::Result<(), Error> {
    const OTHERS: &str = "SELECT username = ?3 FROM users WHERE (username = ?3 OR email_key = ?2) AND id <> ?1 LIMIT 1";
    let params = params![id.to_string(), username.to_string(), email.map(Email::key)];
    match transaction.run(OTHERS, params).await?.first() {
        None => Ok(()),
        Some(row) if row.get::<Option<bool>>(0)? == Some(true) => {
            Err(Error::Taken(Fields::one("email", "Another member signs in with this as a username.")))
        }
        Some(_) => Err(Error::Taken(Fields::one("username", "Another member has this as an email address."))),
    }
}

/// A user to insert.
pub(crate) struct NewUser {
    pub(crate) id: UserId,
    pub(crate) username: Username,
    pub(crate) display_name: Option<DisplayName>,
    pub(crate) email: Option<Email>,
    pub(crate) role: Role,
    pub(crate) password_hash: String,
    /// Whether the password is a one-time password.
    pub(crate) one_time: bool,
}

impl NewUser {
    /// Inserts the user.
    pub(crate) async fn insert(
        self,
        transaction: &mut Transaction,
        now: Timestamp,
    ) -> std::result::Result<User, Error> {
        let expires_at = self.one_time.then(|| now + ONE_TIME_PASSWORD);
        let inserting = transaction.run(
            "INSERT INTO users
                 (id, username, display_name, email, role, password_hash, password_change_required, created_at, search,
                  email_key, one_time_password_expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                self.id.to_string(),
                self.username.to_string(),
                self.display_name.as_ref().map(ToString::to_string),
                self.email.as_ref().map(ToString::to_string),
                self.role.as_str(),
                self.password_hash,
                i64::from(self.one_time),
                now.as_millisecond(),
                search_text(
                    self.username.as_ref(),
                    self.display_name.as_ref().map(AsRef::as_ref),
                    self.email.as_ref().map(AsRef::as_ref)
                ),
                self.email.as_ref().map(Email::key),
                expires_at.map(Timestamp::as_millisecond)
            ],
        );
        inserting.await.map_err(taken)?;
        Ok(User {
            id: self.id,
            username: self.username,
            display_name: self.display_name,
            email: self.email,
            role: self.role,
            disabled: false,
            password_change_required: self.one_time,
            one_time_password_expires_at: expires_at,
            created_at: now,
            last_sign_in_at: None,
        })
    }
}

/// Turns a duplicate username or email address into an error of its form field.
pub(crate) fn taken(error: StorageError) -> Error {
    if error.is_duplicate_of("users.username") {
        Error::Taken(Fields::one("username", "This username is taken in this workspace."))
    } else if error.is_duplicate_of("users.email") || error.is_duplicate_of("users.email_key") {
        Error::Taken(Fields::one("email", "Another member has this address."))
    } else {
        error.into()
    }
}
