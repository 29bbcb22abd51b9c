//! The list of databases in the catalog. A database is listed before it is created and until it is deleted, so no crash leaves
//! a database that the catalog does not know.

use std::str::FromStr;

use jiff::Timestamp;
use storage::{DatabaseLocation, Result, StorageError, Transaction, params};

use super::{Catalog, location};

/// The state of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseState {
    /// Being created. After a crash, recovery deletes it.
    Making,
    /// In use by its tenant.
    Live,
    /// Replaced by a restore or a move, and kept for an undo.
    Kept,
    /// Being deleted.
    Leaving,
    /// Created in advance for the next tenant.
    Spare,
}

/// A database in the catalog's list.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) location: DatabaseLocation,
    pub(crate) state: DatabaseState,
    pub(crate) since: Timestamp,
}

impl Catalog {
    /// All databases in the list, in every state.
    pub(crate) fn databases(&self) -> Result<Vec<Known>> {
        let all = "SELECT tenant, storage, name, host, state, since FROM databases ORDER BY tenant, since";
        let known = |row: &_| Ok(Known { location: location(row, 0)?, state: state(row)?, since: row.get(5)? });
        self.database.read(all, vec![])?.rows.iter().map(known).collect()
    }

    /// Adds a database that is about to be created.
    pub(crate) async fn note_database(
        &self,
        location: &DatabaseLocation,
        state: DatabaseState,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        note(&mut transaction, location, state, now).await?;
        transaction.commit().await
    }

    /// Writes the host that the storage gave to a database. It does nothing if there is none.
    pub(crate) async fn host_of(&self, location: &DatabaseLocation) -> Result<()> {
        if location.host.is_none() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        let (name, host) = (location.name.clone(), location.host.clone());
        transaction.run("UPDATE databases SET host = ?2 WHERE name = ?1", params![name.clone(), host.clone()]).await?;
        transaction.run("UPDATE tenants SET host = ?2 WHERE database = ?1", params![name, host]).await?;
        transaction.commit().await
    }

    /// Marks a database as being deleted. Call it before anything of the database is removed.
    pub(crate) async fn leaving(&self, location: &DatabaseLocation, now: Timestamp) -> Result<()> {
        let mut transaction = self.begin().await?;
        enter(&mut transaction, &location.name, DatabaseState::Leaving, now).await?;
        transaction.commit().await
    }

    /// Removes a database from the list. Call it after the database is deleted.
    pub(crate) async fn gone(&self, location: &DatabaseLocation) -> Result<()> {
        let mut transaction = self.begin().await?;
        transaction.run("DELETE FROM databases WHERE name = ?1", params![location.name.clone()]).await?;
        transaction.commit().await
    }
}

pub(crate) async fn note(
    transaction: &mut Transaction,
    location: &DatabaseLocation,
    state: DatabaseState,
    now: Timestamp,
) -> Result<()> {
    let note = "INSERT INTO databases (name, tenant, storage, host, state, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (name) DO UPDATE SET state = excluded.state, since = excluded.since
                WHERE databases.state = 'spare'";
    let (name, tenant, storage) = (location.name.clone(), location.tenant.to_string(), location.storage.as_str());
    let params = params![name, tenant, storage, location.host.clone(), state.as_str(), now.as_millisecond()];
    transaction.run(note, params).await.map(drop)
}

pub(crate) async fn enter(
    transaction: &mut Transaction,
    name: &str,
    state: DatabaseState,
    now: Timestamp,
) -> Result<()> {
    let enter = "UPDATE databases SET state = ?2, since = ?3 WHERE name = ?1";
    transaction.run(enter, params![name.to_owned(), state.as_str(), now.as_millisecond()]).await.map(drop)
}

fn state(row: &storage::Row) -> Result<DatabaseState> {
    let text: String = row.get(4)?;
    text.parse().map_err(|()| StorageError::Corrupt(format!("the catalog has a database that is `{text}`")))
}

impl DatabaseState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Making => "making",
            Self::Live => "live",
            Self::Kept => "kept",
            Self::Leaving => "leaving",
            Self::Spare => "spare",
        }
    }
}

impl FromStr for DatabaseState {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let all = [Self::Making, Self::Live, Self::Kept, Self::Leaving, Self::Spare];
        all.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}
