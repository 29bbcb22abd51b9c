//! Migrations: numbered SQL files, forward only, recorded with their checksums in a table of the database itself.
//! All that are missing are applied in one transaction, so that a database is at one version or at another, never between.

use jiff::Timestamp;

use libsql::Value;

use super::{Result, Row, Rows, StorageError, hrana, local::Connection, params, sha256};
use crate::{Step, Steps, search::FOLD_KEPT_TEXTS, user::KEY_EMAIL_ADDRESSES};

/// The migrations of one kind of database, in order; version 1 is the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ledger(pub(super) &'static [&'static str]);

/// Every tenant's database.
pub(crate) const TENANT: Ledger = Ledger(&[
    include_str!("../../../migrations/tenant/0001_accounts.sql"),
    include_str!("../../../migrations/tenant/0002_people.sql"),
    SEARCH,
    include_str!("../../../migrations/tenant/0004_sign_in.sql"),
    LOOKUPS,
]);

const SEARCH: &str = include_str!("../../../migrations/tenant/0003_search.sql");
const LOOKUPS: &str = include_str!("../../../migrations/tenant/0005_lookups.sql");

/// The control database.
pub(crate) const CATALOG: Ledger = Ledger(&[
    include_str!("../../../migrations/catalog/0001_tenants.sql"),
    include_str!("../../../migrations/catalog/0002_storage.sql"),
    include_str!("../../../migrations/catalog/0003_names.sql"),
]);

/// What a migration does to rows that SQL alone cannot do. It is done in the migration's transaction, right after it.
pub(crate) struct Rewrite {
    /// The rows that are to be changed.
    pub(crate) rows: &'static str,
    /// The change of one row.
    pub(crate) change: &'static str,
    /// The parameters of that change.
    pub(crate) with: fn(&Row) -> Result<Vec<Value>>,
}

/// What follows a migration.
fn rewrite_after(migration: &str) -> Option<Rewrite> {
    match migration {
        SEARCH => Some(FOLD_KEPT_TEXTS),
        LOOKUPS => Some(KEY_EMAIL_ADDRESSES),
        _ => None,
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations
    (version INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const APPLIED: &str = "SELECT version, checksum FROM migrations ORDER BY version";
const RECORD: &str = "INSERT INTO migrations (version, checksum, applied_at) VALUES (?1, ?2, ?3)";

impl Ledger {
    /// The first so many of them.
    pub(super) fn up_to(&self, version: i64) -> Self {
        let count = usize::try_from(version).unwrap_or_default().min(self.0.len());
        Self(&self.0[..count])
    }

    /// The version that a database has when all are applied.
    pub(crate) fn version(&self) -> i64 {
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
        for (version, sql) in (1_i64..).zip(self.0).skip(applied) {
            let applied = async {
                transaction.sequence(sql).await?;
                if let Some(Rewrite { rows, change, with }) = rewrite_after(sql) {
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
            if row.get::<String>(1)? != sha256(known) {
                return Err(StorageError::Changed { version });
            }
        }
        Ok(applied.rows.len() < self.0.len())
    }

    /// Applies those that are missing, all or none.
    pub(super) fn migrate(&self, connection: &mut Connection, now: Timestamp, steps: &Steps) -> Result<()> {
        connection.batch("BEGIN IMMEDIATE")?;
        steps.reach(Step::MigrateBegun);
        let migrated = self.apply(connection, now, steps);
        if migrated.is_err() {
            connection.roll_back();
        }
        migrated
    }

    fn apply(&self, connection: &mut Connection, now: Timestamp, steps: &Steps) -> Result<()> {
        connection.batch(TABLE)?;
        let applied = connection.run(APPLIED, vec![])?.rows.len();
        for (version, sql) in (1_i64..).zip(self.0).skip(applied) {
            let recorded = connection
                .batch(sql)
                .and_then(|()| rewrite_after(sql).map_or(Ok(()), |rewrite| rewrite.run(connection)))
                .and_then(|()| connection.run(RECORD, params![version, sha256(sql), now.as_millisecond()]));
            recorded.map_err(|source| StorageError::Migration { version, source: Box::new(source) })?;
        }
        steps.reach(Step::MigrateApplied);
        connection.batch("COMMIT")?;
        steps.reach(Step::MigrateDone);
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
    use crate::storage::local::Database;

    const ONE: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;";
    const TWO: &str = "CREATE TABLE b (id INTEGER PRIMARY KEY) STRICT;";

    fn tables(path: &std::path::Path) -> i64 {
        let count = "SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'b')";
        Connection::reader(path).unwrap().run(count, vec![]).unwrap().first().unwrap().get(0).unwrap()
    }

    #[test]
    fn a_database_that_is_behind_migrates_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, &Ledger(&[ONE]), Timestamp::UNIX_EPOCH).unwrap();
        Database::open(&path, &Ledger(&[ONE, TWO]), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(tables(&path), 2);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_database_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, &Ledger(&[ONE]), Timestamp::UNIX_EPOCH).unwrap();
        let failing = Ledger(&[ONE, TWO, "INSERT INTO nowhere VALUES (1)"]);
        let failed = Database::open(&path, &failing, Timestamp::UNIX_EPOCH).err().unwrap();
        assert!(matches!(failed, StorageError::Migration { version: 3, .. }), "{failed}");
        assert_eq!(tables(&path), 1);
        assert!(Database::open(&path, &Ledger(&[ONE]), Timestamp::UNIX_EPOCH).is_ok());
    }

    #[test]
    fn a_newer_or_a_changed_schema_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, &Ledger(&[ONE, TWO]), Timestamp::UNIX_EPOCH).unwrap();
        let open = |ledger: &Ledger| Database::open(&path, ledger, Timestamp::UNIX_EPOCH).err().unwrap();
        assert!(matches!(open(&Ledger(&[ONE])), StorageError::Newer { found: 2, known: 1 }));
        assert!(matches!(open(&Ledger(&[TWO, ONE])), StorageError::Changed { version: 1 }));
    }

    #[test]
    fn who_was_signed_in_before_there_was_a_note_of_it_is_not_idle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, &Ledger(&TENANT.0[..1]), Timestamp::UNIX_EPOCH).unwrap();
        let old = Connection::writer(&path).unwrap();
        old.batch(
            "INSERT INTO users (id, username, email, role, password_hash, created_at) \
             VALUES ('1', 'ada', 'Ada@Example.com', 'owner', '', 1), ('2', 'bob', NULL, 'member', '', 1); \
             INSERT INTO sessions VALUES ('s', '1', 'browser', '', '', 7, 8, 9)",
        )
        .unwrap();
        drop(old);
        let database = Database::open(&path, &TENANT, Timestamp::UNIX_EPOCH).unwrap();
        let rows = database.read("SELECT last_sign_in_at, search FROM users ORDER BY id", vec![]).unwrap().rows;
        let told: Vec<(Option<i64>, String)> =
            rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect();
        assert_eq!(told, [(Some(7), "ada\n\nada@example.com".into()), (None, "bob\n\n".into())]);
    }

    #[test]
    fn who_was_there_before_the_index_is_found_without_accents() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, &Ledger(&TENANT.0[..2]), Timestamp::UNIX_EPOCH).unwrap();
        let old = Connection::writer(&path).unwrap();
        old.batch(
            "INSERT INTO users (id, username, display_name, search, role, password_hash, created_at) \
             VALUES ('1', 'zoe', 'Zoë', 'zoe' || char(10) || 'zoë' || char(10), 'owner', '', 1), \
                    ('2', 'bob', NULL, 'bob' || char(10, 10), 'member', '', 1)",
        )
        .unwrap();
        drop(old);
        let database = Database::open(&path, &TENANT, Timestamp::UNIX_EPOCH).unwrap();
        let found =
            "SELECT users.id, users.search FROM user_search CROSS JOIN users ON users.number = user_search.rowid
                     WHERE user_search MATCH ?1 ORDER BY users.id";
        let found = |entry: &str| -> Vec<(String, String)> {
            let rows = database.read(found, params![entry.to_owned()]).unwrap().rows;
            rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
        };
        assert_eq!(found("\"zoe\""), [("1".into(), "zoe\nzoe\n".into())]);
        assert_eq!(found("\"bob\""), [("2".into(), "bob\n\n".into())]);
        assert_eq!(found("\"zoë\""), [], "what the index had before is gone from it");
    }

    #[test]
    fn addresses_get_their_key_one_time_passwords_their_end_and_unseen_letters_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, &Ledger(&TENANT.0[..2]), Timestamp::UNIX_EPOCH).unwrap();
        let old = Connection::writer(&path).unwrap();
        old.batch(
            "INSERT INTO users (id, username, email, display_name, role, password_hash, password_change_required, created_at) \
             VALUES ('1', 'ada', 'Ada@Example.com', 'Ada' || char(917601), 'owner', '', 1, 1), \
                    ('2', 'bob', char(201) || '@x.example', 'Zo' || char(235), 'member', '', 0, 1), \
                    ('3', 'eve', char(233) || '@x.example', NULL, 'member', '', 0, 1)",
        )
        .unwrap();
        drop(old);
        let database = Database::open(&path, &TENANT, Timestamp::UNIX_EPOCH).unwrap();
        let users = "SELECT email_key, display_name, one_time_password_expires_at > 0 FROM users ORDER BY id";
        let rows = database.read(users, vec![]).unwrap().rows;
        let told: Vec<(Option<String>, Option<String>, Option<i64>)> =
            rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())).collect();
        let name = Some("Zo\u{eb}".to_owned());
        let key = Some("\u{e9}@x.example".to_owned());
        let of_two_alike = [(key, name, None), (None, None, None)];
        assert_eq!(told[0], (Some("ada@example.com".into()), None, Some(1)));
        assert_eq!(told[1..], of_two_alike, "the first of two that are alike keeps the key");
    }

    #[test]
    fn every_migration_file_is_listed() {
        for (folder, ledger) in [("tenant", &TENANT), ("catalog", &CATALOG)] {
            let files = format!("{}/../../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(std::fs::read_dir(files).unwrap().count(), ledger.0.len(), "{folder}");
        }
    }
}
