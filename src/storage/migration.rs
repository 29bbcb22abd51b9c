//! Migrations: numbered SQL files, forward only, recorded with their checksums in a table of the database itself.
//! All that are missing are applied in one transaction, so that a database is at one version or at another, never between.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

use libsql::Value;

use super::{Result, Row, Rows, StorageError, hrana, local::Connection, params, sha256};

/// The migrations of one kind of database, in order; version 1 is the first.
#[derive(Debug, Clone, Copy)]
pub struct MigrationSet(pub &'static [Migration]);

/// One numbered SQL file, and what follows it.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    sql: &'static str,
    rewrite: Option<Rewrite>,
}

/// The moments of a migration at which a crash must do no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrationStage {
    /// Its transaction has begun.
    Begun,
    /// Everything that was missing is applied, and not committed.
    Applied,
    /// It is committed.
    Committed,
}

/// Is told of each stage of a migration of a file. A test may end the process there.
#[derive(Clone, Default)]
pub struct MigrationListener(Option<Arc<dyn Fn(MigrationStage) + Send + Sync>>);

impl MigrationListener {
    /// Tells this function.
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

/// What a migration does to rows that SQL alone cannot do. It is done in the migration's transaction, right after it.
#[derive(Debug, Clone, Copy)]
pub struct Rewrite {
    /// The rows that are to be changed.
    pub rows: &'static str,
    /// The change of one row.
    pub change: &'static str,
    /// The parameters of that change.
    pub with: fn(&Row) -> Result<Vec<Value>>,
}

impl Migration {
    /// A migration of SQL alone.
    pub const fn new(sql: &'static str) -> Self {
        Self { sql, rewrite: None }
    }

    /// The same, with a rewrite of rows right after it.
    #[must_use]
    pub const fn then(self, rewrite: Rewrite) -> Self {
        Self { rewrite: Some(rewrite), ..self }
    }

    /// Its SQL.
    pub const fn sql(&self) -> &'static str {
        self.sql
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations
    (version INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const APPLIED: &str = "SELECT version, checksum FROM migrations ORDER BY version";
const RECORD: &str = "INSERT INTO migrations (version, checksum, applied_at) VALUES (?1, ?2, ?3)";

impl MigrationSet {
    /// The first so many of them.
    pub(super) fn up_to(&self, version: i64) -> Self {
        let count = usize::try_from(version).unwrap_or_default().min(self.0.len());
        Self(&self.0[..count])
    }

    /// The version that a database has when all are applied.
    pub fn version(&self) -> i64 {
        i64::try_from(self.0.len()).unwrap_or(i64::MAX)
    }

    /// Whether a database lacks some of them.
    ///
    /// # Errors
    /// When it has more than these, or others under the same numbers.
    pub(super) fn is_behind(&self, connection: &mut Connection) -> Result<bool> {
        let applied = connection.run(APPLIED, vec![]).map_err(|error| match error {
            StorageError::Other { message, .. } => {
                StorageError::Corrupt(format!("it has no list of migrations: {message}"))
            }
            other => other,
        });
        self.lacks(&applied?)
    }

    /// Whether a database elsewhere lacks some of them: an empty one lacks all.
    pub(super) async fn is_behind_at(&self, database: &hrana::Database) -> Result<bool> {
        match database.read(APPLIED, vec![]).await {
            Err(StorageError::Other { message, .. }) if message.contains("no such table: migrations") => Ok(true),
            applied => self.lacks(&applied?),
        }
    }

    /// Applies to a database elsewhere those that are missing, all or none.
    pub(super) async fn migrate_at(&self, database: &hrana::Database, now: Timestamp) -> Result<()> {
        let mut transaction = database.write().await?;
        transaction.sequence(TABLE).await?;
        let applied = transaction.run(APPLIED, vec![]).await?.rows.len(); // another may have been quicker
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

    /// Whether some are missing of those that `APPLIED` gave.
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

    /// Applies those that are missing, all or none.
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
