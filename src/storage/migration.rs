//! Migrations: numbered SQL files, forward only. The database records them with their checksums in a table of its own. All
//! missing migrations are applied in one transaction, so that a database is never between two versions.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

use libsql::Value;

use super::{Result, Row, Rows, StorageError, hrana, local::Connection, params, sha256};

/// The migrations of one kind of database, in order. The first one is version 1.
#[derive(Debug, Clone, Copy)]
pub struct MigrationSet(pub &'static [Migration]);

/// One numbered SQL file, and the rewrite of rows that may follow it.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    sql: &'static str,
    rewrite: Option<Rewrite>,
}

/// Stages of a migration at which a crash must do no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationStage {
    /// The transaction has begun.
    Begun,
    /// All missing migrations are applied, but not committed.
    Applied,
    /// The transaction is committed.
    Committed,
}

/// Called at each stage of a migration of a file. A test may end the process there.
#[derive(Clone, Default)]
pub struct MigrationListener(Option<Arc<dyn Fn(MigrationStage) + Send + Sync>>);

impl MigrationListener {
    /// A listener that calls this function.
    pub fn new(listener: impl Fn(MigrationStage) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    fn tell(&self, stage: MigrationStage) {
        if let Some(listener) = &self.0 {
            listener(stage);
        }
    }
}

impl fmt::Debug for MigrationListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MigrationListener")
    }
}

/// A change of rows that SQL alone cannot do. It is done in the migration's transaction, right after the SQL.
#[derive(Debug, Clone, Copy)]
pub struct Rewrite {
    /// The query for the rows to change.
    pub rows: &'static str,
    /// The statement that changes one row.
    pub change: &'static str,
    /// Returns the parameters of `change` for a row.
    pub with: fn(&Row) -> Result<Vec<Value>>,
}

impl Migration {
    /// A migration that is SQL only.
    pub const fn new(sql: &'static str) -> Self {
        Self { sql, rewrite: None }
    }

    /// The same migration, with a rewrite of rows right after it.
    #[must_use]
    pub const fn then(self, rewrite: Rewrite) -> Self {
        Self { rewrite: Some(rewrite), ..self }
    }

    /// The SQL text of the migration.
    pub const fn sql(&self) -> &'static str {
        self.sql
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations
    (version INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const APPLIED: &str = "SELECT version, checksum FROM migrations ORDER BY version";
const RECORD: &str = "INSERT INTO migrations (version, checksum, applied_at) VALUES (?1, ?2, ?3)";

impl MigrationSet {
    /// The first `version` migrations.
    pub(super) fn up_to(&self, version: i64) -> Self {
        let count = usize::try_from(version).unwrap_or_default().min(self.0.len());
        Self(&self.0[..count])
    }

    /// Schema version of a database that has all migrations.
    pub fn version(&self) -> i64 {
        i64::try_from(self.0.len()).unwrap_or(i64::MAX)
    }

    /// Whether a database lacks some of the migrations.
    ///
    /// # Errors
    /// If the database has more migrations than these, or others under the same numbers.
    pub(super) fn is_behind(&self, connection: &mut Connection) -> Result<bool> {
        let applied = connection.run(APPLIED, vec![]).map_err(|error| match error {
            StorageError::Other { message, .. } => {
                StorageError::Corrupt(format!("it has no list of migrations: {message}"))
            }
            other => other,
        });
        self.lacks(&applied?)
    }

    /// Whether a database on a server lacks some of the migrations. An empty database lacks all.
    pub(super) async fn is_behind_at(&self, database: &hrana::Database) -> Result<bool> {
        match database.read(APPLIED, vec![]).await {
            Err(StorageError::Other { message, .. }) if message.contains("no such table: migrations") => Ok(true),
            applied => self.lacks(&applied?),
        }
    }

    /// Applies the missing migrations to a database on a server, all or none.
    pub(super) async fn migrate_at(&self, database: &hrana::Database, now: Timestamp) -> Result<()> {
        let mut transaction = database.write().await?;
        transaction.sequence(TABLE).await?;
        let applied = transaction.run(APPLIED, vec![]).await?.rows.len(); // another process may have been quicker
        for (version, Migration { sql, rewrite }) in (1_i64..).zip(self.0).skip(applied) {
            let applied = async {
                transaction.sequence(sql).await?;
                if let Some(Rewrite { rows, change, with }) = *rewrite {
                    let rows = transaction.run(rows, vec![]).await?.rows;
                    transaction.run_each(change, rows.iter().map(with).collect::<Result<_>>()?).await?;
                }
                transaction.run(RECORD, params![version, sha256(sql), now.as_millisecond()]).await
            };
            applied.await.map_err(|source| StorageError::Migration { version, source: Box::new(source) })?;
        }
        transaction.commit().await
    }

    /// Whether migrations are missing from the rows of `APPLIED`.
    fn lacks(&self, applied: &Rows) -> Result<bool> {
        for row in &applied.rows {
            let version: i64 = row.get(0)?;
            let known = usize::try_from(version - 1).ok().and_then(|index| self.0.get(index));
            let known = known.ok_or(StorageError::Newer { found: version, known: self.version() })?;
            if row.get::<String>(1)? != sha256(known.sql) {
                return Err(StorageError::Changed { version });
            }
        }
        Ok(applied.rows.len() < self.0.len())
    }

    /// Applies the missing migrations, all or none.
    pub(super) fn migrate(
        &self,
        connection: &mut Connection,
        now: Timestamp,
        listener: &MigrationListener,
    ) -> Result<()> {
        connection.batch("BEGIN IMMEDIATE")?;
        listener.tell(MigrationStage::Begun);
        let migrated = self.apply(connection, now, listener);
        if migrated.is_err() {
            connection.roll_back();
        }
        migrated
    }

    fn apply(&self, connection: &mut Connection, now: Timestamp, listener: &MigrationListener) -> Result<()> {
        connection.batch(TABLE)?;
        let applied = connection.run(APPLIED, vec![])?.rows.len();
        for (version, Migration { sql, rewrite }) in (1_i64..).zip(self.0).skip(applied) {
            let recorded = connection
                .batch(sql)
                .and_then(|()| rewrite.map_or(Ok(()), |rewrite| rewrite.run(connection)))
                .and_then(|()| connection.run(RECORD, params![version, sha256(sql), now.as_millisecond()]));
            recorded.map_err(|source| StorageError::Migration { version, source: Box::new(source) })?;
        }
        listener.tell(MigrationStage::Applied);
        connection.batch("COMMIT")?;
        listener.tell(MigrationStage::Committed);
        Ok(())
    }
}

impl Rewrite {
    fn run(&self, connection: &mut Connection) -> Result<()> {
        let rows = connection.run(self.rows, vec![])?.rows;
        rows.iter().try_for_each(|row| connection.run(self.change, (self.with)(row)?).map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::Database;

    const ONE: Migration = Migration::new("CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;");
    const TWO: Migration = Migration::new("CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT;");

    const FAILING: Migration = Migration::new("INSERT INTO nowhere VALUES (1)");

    fn tables(path: &std::path::Path) -> i64 {
        let count = "SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'b')";
        Connection::reader(path).unwrap().run(count, vec![]).unwrap().first().unwrap().get(0).unwrap()
    }

    #[test]
    fn a_database_that_is_behind_migrates_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, MigrationSet(&[ONE]), Timestamp::UNIX_EPOCH).unwrap();
        Database::open(&path, MigrationSet(&[ONE, TWO]), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(tables(&path), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_database_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, MigrationSet(&[ONE]), Timestamp::UNIX_EPOCH).unwrap();
        let failing = MigrationSet(&[ONE, TWO, FAILING]);
        let failed = Database::open(&path, failing, Timestamp::UNIX_EPOCH).err().unwrap();
        assert!(matches!(failed, StorageError::Migration { version: 3, .. }), "{failed}");
        assert_eq!(tables(&path), 1);
        assert!(Database::open(&path, MigrationSet(&[ONE]), Timestamp::UNIX_EPOCH).is_ok());
    }

    #[test]
    fn a_newer_or_a_changed_schema_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, MigrationSet(&[ONE, TWO]), Timestamp::UNIX_EPOCH).unwrap();
        let open = |set: MigrationSet| Database::open(&path, set, Timestamp::UNIX_EPOCH).err().unwrap();
        assert!(matches!(open(MigrationSet(&[ONE])), StorageError::Newer { found: 2, known: 1 }));
        assert!(matches!(open(MigrationSet(&[TWO, ONE])), StorageError::Changed { version: 1 }));
    }
}
