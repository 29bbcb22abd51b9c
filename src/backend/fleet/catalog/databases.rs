//! The list of databases: each is here before it is made and until it is gone, so that a crash at any step leaves nothing
//! that is not known.

use std::str::FromStr;

use jiff::Timestamp;

use super::{Catalog, location};
use storage::{DatabaseLocation, Result, StorageError, Transaction, params};

/// Where a database is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseState {
    /// Not whole yet: a crash leaves it to be removed.
    Making,
    /// Its tenant's.
    Live,
    /// Its tenant's until a restore or a move; for an undo.
    Kept,
    /// On its way out.
    Leaving,
    /// Made beforehand, for whoever comes next.
    Spare,
}

/// A database that the catalog knows.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) location: DatabaseLocation,
    pub(crate) state: DatabaseState,
    pub(crate) since: Timestamp,
}

impl Catalog {
    /// All databases that there are, were begun or may be left over.
    pub(crate) fn databases(&self) -> Result<Vec<Known>> {
        let all = "SELECT tenant, storage, name, host, state, since FROM databases ORDER BY tenant, since";
        let known = |row: &_| Ok(Known { location: location(row, 0)?, state: state(row)?, since: row.get(5)? });
        self.database.read(all, vec![])?.rows.iter().map(known).collect()
    }

    /// Notes a database that is about to be made.
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

    /// Notes what the storage called a database's host, if it called it anything.
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

    /// Notes that a database is on its way out: before anything of it is removed.
    pub(crate) async fn leaving(&self, location: &DatabaseLocation, now: Timestamp) -> Result<()> {
        let mut transaction = self.begin().await?;
        enter(&mut transaction, &location.name, DatabaseState::Leaving, now).await?;
        transaction.commit().await
    }

    /// Forgets a database of which nothing is left.
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
