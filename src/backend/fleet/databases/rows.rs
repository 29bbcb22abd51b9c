//! Reads the rows of a workspace one by one through the domain's parsers, from an imported file or for a deep check of a
//! database in use. An error names the table, the key and the column of a bad row, and what is wrong with it.

use domain::{Action, DisplayName, Email, Role, UserId, Username};
use jiff::Timestamp;
use libsql::Value;
use storage::{Database, StorageError, Transaction, params};

use crate::{Error, tables::user::NewUser, workspace::activity};

/// A description of a bad row.
pub(crate) type WrongRow = String;

/// A table: its name, the query for its rows, and the parser for one row.
pub(crate) struct Table<T> {
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
    pub(crate) parse: fn(&[Value]) -> Result<T, WrongRow>,
}

/// The users table of schema version 1, which has fewer columns.
pub(crate) const FIRST_USERS: Table<StoredUser> = Table {
    name: "users",
    sql: "SELECT CAST(id AS BLOB), CAST(username AS BLOB), NULL, CAST(email AS BLOB), CAST(role AS BLOB), disabled, \
          created_at, NULL FROM users ORDER BY id",
    parse: StoredUser::parse,
};

/// The users table since schema version 2. Texts are read as bytes, because they may not be valid UTF-8.
pub(crate) const USERS: Table<StoredUser> = Table {
    name: "users",
    sql: "SELECT CAST(id AS BLOB), CAST(username AS BLOB), CAST(display_name AS BLOB), CAST(email AS BLOB), \
          CAST(role AS BLOB), disabled, created_at, last_sign_in_at FROM users ORDER BY id",
    parse: StoredUser::parse,
};

/// The activity table, since schema version 2.
pub(crate) const ACTIVITY: Table<StoredActivity> = Table {
    name: "activity",
    sql: "SELECT id, at, CAST(actor AS BLOB), CAST(action AS BLOB), CAST(subject AS BLOB), CAST(detail AS BLOB) \
          FROM activity ORDER BY id",
    parse: StoredActivity::parse,
};

/// The measured sizes of the database, since schema version 2.
pub(crate) const SIZES: Table<StoredSize> =
    Table { name: "sizes", sql: "SELECT day, at, bytes FROM sizes ORDER BY day", parse: StoredSize::parse };

/// The tables of a schema version whose rows are read.
pub(crate) fn tables(version: i64) -> &'static [&'static str] {
    if version == 1 { &["users"] } else { &["users", "activity", "sizes"] }
}

/// Finds the first row of a database in use that does not parse.
pub(crate) async fn first_wrong(database: &Database, version: i64) -> Result<Option<WrongRow>, StorageError> {
    if version == 1 {
        return wrong_of(database, &FIRST_USERS).await;
    }
    let wrong = wrong_of(database, &USERS).await?;
    let wrong = if wrong.is_none() { wrong_of(database, &ACTIVITY).await? } else { wrong };
    if wrong.is_none() { wrong_of(database, &SIZES).await } else { Ok(wrong) }
}

async fn wrong_of<T>(database: &Database, table: &Table<T>) -> Result<Option<WrongRow>, StorageError> {
    let rows = database.ask(table.sql.to_owned()).await?.rows;
    Ok(rows.iter().find_map(|row| (table.parse)(row.values()).err()))
}

/// A user as stored, without password and sessions.
pub(crate) struct StoredUser {
    pub(crate) id: UserId,
    pub(crate) username: Username,
    display_name: Option<DisplayName>,
    email: Option<Email>,
    pub(crate) role: Role,
    pub(crate) disabled: bool,
    pub(crate) created_at: Timestamp,
    last_sign_in_at: Option<Timestamp>,
}

/// An entry of the activity as stored.
pub(crate) struct StoredActivity {
    at: Timestamp,
    actor: Option<Username>,
    pub(crate) action: Action,
    subject: Option<Username>,
    pub(crate) detail: Option<DisplayName>,
}

/// A measured size of the database as stored.
pub(crate) struct StoredSize {
    day: i64,
    at: Timestamp,
    bytes: u64,
}

impl StoredUser {
    fn parse(values: &[Value]) -> Result<Self, WrongRow> {
        let row = Cells::of("users", values);
        Ok(Self {
            id: row.key(0, "id")?,
            username: row.key(1, "username")?,
            display_name: row.optional(2, "display_name")?,
            email: row.optional(3, "email")?,
            role: row.parsed(4, "role")?,
            disabled: row.integer(5, "disabled")? != 0,
            created_at: row.time(6, "created_at")?,
            last_sign_in_at: if row.is_null(7) { None } else { Some(row.time(7, "last_sign_in_at")?) },
        })
    }

    /// Inserts the user into a new database. Its password hash is empty, so no password works.
    pub(crate) async fn insert(self, transaction: &mut Transaction) -> Result<(), Error> {
        let (id, disabled, last_sign_in_at) = (self.id.to_string(), self.disabled, self.last_sign_in_at);
        let user = NewUser {
            id: self.id,
            username: self.username,
            display_name: self.display_name,
            email: self.email,
            role: self.role,
            password_hash: String::new(),
            one_time: false,
        };
        user.insert(transaction, self.created_at).await?;
        let rest = "UPDATE users SET disabled = ?2, last_sign_in_at = ?3 WHERE id = ?1";
        let last = last_sign_in_at.map(Timestamp::as_millisecond);
        transaction.run(rest, params![id, i64::from(disabled), last]).await?;
        Ok(())
    }
}

impl StoredActivity {
    fn parse(values: &[Value]) -> Result<Self, WrongRow> {
        let row = Cells::of("activity", values);
        Ok(Self {
            at: row.time(1, "at")?,
            actor: row.optional(2, "actor")?,
            action: row.parsed(3, "action")?,
            subject: row.optional(4, "subject")?,
            detail: row.optional(5, "detail")?,
        })
    }

    /// Inserts the entry into a new database.
    pub(crate) async fn insert(self, transaction: &mut Transaction) -> Result<(), Error> {
        let what = (self.action, self.subject.as_ref());
        let detail = self.detail.map(|detail| detail.to_string());
        activity::note(transaction, self.at, self.actor.as_ref(), what, detail).await
    }
}

impl StoredSize {
    fn parse(values: &[Value]) -> Result<Self, WrongRow> {
        let row = Cells::of("sizes", values);
        let bytes = u64::try_from(row.integer(2, "bytes")?).map_err(|_| row.wrong("bytes", "it is negative"))?;
        Ok(Self { day: row.integer(0, "day")?, at: row.time(1, "at")?, bytes })
    }

    /// Inserts the measurement into a new database.
    pub(crate) async fn insert(self, transaction: &mut Transaction) -> Result<(), Error> {
        let bytes = i64::try_from(self.bytes).unwrap_or(i64::MAX);
        let insert = "INSERT INTO sizes (day, at, bytes) VALUES (?1, ?2, ?3)";
        transaction.run(insert, params![self.day, self.at.as_millisecond(), bytes]).await?;
        Ok(())
    }
}

/// The values of one row. The first value is the row's key.
struct Cells<'a> {
    table: &'static str,
    values: &'a [Value],
}

impl<'a> Cells<'a> {
    fn of(table: &'static str, values: &'a [Value]) -> Self {
        Self { table, values }
    }

    fn wrong(&self, column: &str, why: impl std::fmt::Display) -> WrongRow {
        let key = match self.values.first() {
            Some(Value::Integer(key)) => key.to_string(),
            Some(Value::Blob(bytes)) => {
                String::from_utf8_lossy(bytes).chars().take(64).flat_map(char::escape_default).collect()
            }
            _ => "?".to_owned(),
        };
        format!("table {}, row {key}, {column}: {}", self.table, why.to_string().trim_end_matches('.'))
    }

    fn is_null(&self, column: usize) -> bool {
        self.values.get(column).is_none_or(Value::is_null)
    }

    fn integer(&self, column: usize, name: &str) -> Result<i64, WrongRow> {
        let integer = self.values.get(column).and_then(Value::as_integer).copied();
        integer.ok_or_else(|| self.wrong(name, "it is not an integer"))
    }

    fn time(&self, column: usize, name: &str) -> Result<Timestamp, WrongRow> {
        let time = Timestamp::from_millisecond(self.integer(column, name)?);
        time.map_err(|_| self.wrong(name, "it is not a time"))
    }

    fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(&self, column: usize, name: &str) -> Result<T, WrongRow> {
        let bytes = self.values.get(column).and_then(Value::as_blob).ok_or_else(|| self.wrong(name, "it is empty"))?;
        let text = str::from_utf8(bytes).map_err(|_| self.wrong(name, "it is not UTF-8"))?;
        text.parse().map_err(|why| self.wrong(name, why))
    }

    /// Reads a text by which the row is looked up. It must have the same form as in the lookup.
    fn key<T: std::str::FromStr<Err: std::fmt::Display> + std::fmt::Display>(
        &self,
        column: usize,
        name: &str,
    ) -> Result<T, WrongRow> {
        let (key, written) = (self.parsed::<T>(column, name)?, self.values.get(column).and_then(Value::as_blob));
        let should_be = key.to_string();
        if written.is_some_and(|written| written == should_be.as_bytes()) {
            Ok(key)
        } else {
            Err(self.wrong(name, format!("it must be written {should_be}")))
        }
    }

    fn optional<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        column: usize,
        name: &str,
    ) -> Result<Option<T>, WrongRow> {
        if self.is_null(column) { Ok(None) } else { self.parsed(column, name).map(Some) }
    }
}
