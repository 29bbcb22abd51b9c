//! `Database`: one open database file, of a tenant or the catalog. One connection reads, on the caller's thread. Another one
//! writes and makes the checkpoints, always on a blocking thread. It is opened at the first write.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use libsql::Value;
use tokio::sync::OwnedMutexGuard;

use super::{
    connection::{Connection, Interrupter},
    long::LongReads,
};
use crate::{
    MigrationListener, MigrationSet, Result, Rows, SIZE, Statement, StorageError,
    files::{beside, remove_database, sync_folder},
};

/// How long a write waits for the one before it.
const WRITER_WAIT: Duration = Duration::from_secs(2);

/// An open database. Only `close` may close it: dropping it would make a checkpoint on the caller's thread.
pub struct Database {
    path: PathBuf,
    interrupters: Interrupters,
    reader: Mutex<Connection>,
    long: LongReads,
    writer: Arc<tokio::sync::Mutex<Writer>>,
    ailing: Ailing,
}

/// Whether the file failed on one of the connections.
type Ailing = Arc<AtomicBool>;

/// Handles that interrupt the connections while they are in use. Each keeps its connection open, so they are dropped first.
type Interrupters = Arc<Mutex<Vec<Interrupter>>>;

/// The writing connection. It is opened at the first write.
struct Writer {
    path: PathBuf,
    connection: Option<Connection>,
    interrupters: Interrupters,
    ailing: Ailing,
}

/// A write transaction. Dropping it without `commit` rolls it back.
pub struct Transaction {
    writer: Option<Held>,
}

/// The writer, held by one transaction. It is always given back without an open transaction.
struct Held(OwnedMutexGuard<Writer>);

impl Database {
    /// Opens an existing database and migrates it to the newest schema. Blocking.
    pub fn open(path: &Path, migrations: MigrationSet, now: jiff::Timestamp) -> Result<Self> {
        Self::open_and_tell(path, migrations, now, &MigrationListener::default())
    }

    /// Like `open`, and tells `listener` each stage of a migration. Blocking.
    pub fn open_and_tell(
        path: &Path,
        migrations: MigrationSet,
        now: jiff::Timestamp,
        listener: &MigrationListener,
    ) -> Result<Self> {
        let mut reader = Connection::reader(path)?;
        if migrations.is_behind(&mut reader)? {
            migrations.migrate(&mut Connection::writer(path)?, now, listener)?;
        }
        Ok(Self::of(path, reader))
    }

    /// Opens an existing database without migrating it. Blocking.
    pub fn open_as_it_is(path: &Path) -> Result<Self> {
        Ok(Self::of(path, Connection::reader(path)?))
    }

    fn of(path: &Path, reader: Connection) -> Self {
        let interrupters = Arc::new(Mutex::new(vec![reader.interrupter()]));
        let ailing = Ailing::default();
        let writer = Writer {
            path: path.to_owned(),
            connection: None,
            interrupters: Arc::clone(&interrupters),
            ailing: Arc::clone(&ailing),
        };
        let writer = Arc::new(tokio::sync::Mutex::new(writer));
        Self { path: path.to_owned(), interrupters, reader: Mutex::new(reader), long: LongReads::new(), writer, ailing }
    }

    /// Creates a database with the newest schema and closes it. It is created under another name and renamed, so that a crash
    /// leaves either all of it or nothing under `path`. Blocking.
    pub fn create(path: &Path, migrations: MigrationSet, now: jiff::Timestamp) -> Result<()> {
        let new = beside(path);
        remove_database(&new)?;
        migrations.migrate(&mut Connection::create(&new)?, now, &MigrationListener::default())?;
        std::fs::rename(&new, path)?;
        Ok(sync_folder(path)?)
    }

    /// Runs one reading statement and keeps it prepared. Reading a row by its key takes microseconds.
    pub fn read(&self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        // A panic during a read leaves nothing half done, so a poisoned lock can be used.
        let read = self.reader.lock().unwrap_or_else(PoisonError::into_inner).run(sql, params);
        read.inspect_err(|error| note(&self.ailing, error))
    }

    /// Runs one reading statement that may take long. It has its own connection and a deadline.
    pub async fn read_long(&self, sql: String, params: Vec<Value>) -> Result<Rows> {
        self.long.run(&self.path, sql, params).await.inspect_err(|error| note(&self.ailing, error))
    }

    /// Whether the file failed. The connections may then hold content that the file no longer has.
    pub fn is_ailing(&self) -> bool {
        self.ailing.load(Ordering::Relaxed)
    }

    /// Size of the database in bytes.
    pub fn size(&self) -> Result<u64> {
        self.read(SIZE, vec![])?.first().map_or(Ok(0), |row| row.get(0))
    }

    /// Runs one reading statement that is rare and may take long, on its own connection.
    pub async fn ask(&self, sql: String) -> Result<Rows> {
        let path = self.path.clone();
        let asking = tokio::task::spawn_blocking(move || Connection::aside(&path)?.ask(&sql));
        asking.await.map_err(StorageError::thread)?
    }

    /// Path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a write transaction. Waits up to `WRITER_WAIT` for the one before it.
    pub async fn write(&self) -> Result<Transaction> {
        self.write_within(WRITER_WAIT).await
    }

    /// Begins a write transaction. Waits up to `wait` for those before it.
    pub async fn write_within(&self, wait: Duration) -> Result<Transaction> {
        let waiting = tokio::time::timeout(wait, Arc::clone(&self.writer).lock_owned());
        let held = Held(waiting.await.map_err(|_| StorageError::Busy)?);
        let mut transaction = Transaction { writer: Some(held) };
        transaction.on_writer(|connection| connection.run("BEGIN IMMEDIATE", vec![])).await?;
        Ok(transaction)
    }

    /// Runs all statements in one write transaction. `BEGIN`, the statements and `COMMIT` take one hop to a blocking thread
    /// each.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<()> {
        let mut transaction = self.write().await?;
        let run_all = |connection: &mut Connection| {
            statements.into_iter().try_for_each(|(sql, params)| connection.run(sql, params).map(drop))
        };
        transaction.on_writer(run_all).await?;
        transaction.commit().await
    }

    /// Interrupts the running statements, so that the leases on this database end.
    pub fn interrupt(&self) {
        known(&self.interrupters).iter().for_each(Interrupter::interrupt);
        self.long.interrupt();
    }

    /// Closes the database on a blocking thread. First the long reads are ended. Then it waits for the running write, whose
    /// request may be gone while its thread is not. Then it closes the reader, and last the writer, which makes the checkpoint.
    pub async fn close(self) {
        self.long.close().await;
        let mut last = Arc::clone(&self.writer).lock_owned().await;
        let closing = move || {
            known(&self.interrupters).clear();
            drop(self);
            last.connection.take(); // closes it now, even if others still hold the lock's `Arc`
        };
        if tokio::task::spawn_blocking(closing).await.is_err() {
            tracing::error!("closing a database panicked");
        }
    }
}

impl Transaction {
    /// Runs one statement in the transaction.
    pub async fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        self.on_writer(move |connection| connection.run(sql, params)).await
    }

    /// Commits the transaction. After `Ok`, a power cut does not undo it.
    pub async fn commit(mut self) -> Result<()> {
        self.on_writer(|connection| connection.run("COMMIT", vec![])).await.map(drop)
    }

    async fn on_writer<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut held = self.writer.take().ok_or_else(lost)?;
        let working = tokio::task::spawn_blocking(move || {
            let done = held.0.connect().and_then(work).inspect_err(|error| note(&held.0.ailing, error));
            (held, done)
        });
        let (held, done) = working.await.map_err(StorageError::thread)?;
        self.writer = Some(held);
        done
    }
}

impl Writer {
    fn connect(&mut self) -> Result<&mut Connection> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            none => {
                let connection = none.insert(Connection::writer(&self.path)?);
                known(&self.interrupters).push(connection.interrupter());
                Ok(connection)
            }
        }
    }
}

fn note(ailing: &Ailing, error: &StorageError) {
    if error.is_of_the_file() {
        ailing.store(true, Ordering::Relaxed);
    }
}

/// The error when the writer was lost with a thread that panicked.
fn lost() -> StorageError {
    StorageError::Lost("an earlier statement of this transaction ended it".into())
}

/// Copies an open database, as it is at this moment, into a file that must not exist. Others can go on reading and writing. The
/// copy is durable when this returns. Blocking.
pub fn copy_database(from: &Path, to: &Path) -> Result<()> {
    Connection::aside(from)?.copy_to(to)?;
    std::fs::File::open(to)?.sync_all()?;
    Ok(sync_folder(to)?)
}

/// Copies a database that no one has open into a file that must not exist. Needs no room on the database's own disk. Blocking.
pub fn copy_closed_database(from: &Path, to: &Path) -> Result<()> {
    Connection::alone(from)?.copy_to(to)
}

/// Runs statements in a database that is not in use. It is in WAL mode from then on, and all its content is in the one file.
/// Blocking.
pub fn amend(path: &Path, sql: &str) -> Result<()> {
    let connection = Connection::writer(path)?;
    connection.batch("PRAGMA journal_mode = WAL")?;
    connection.batch(sql)?;
    connection.batch("PRAGMA wal_checkpoint(TRUNCATE)")
}

fn known(interrupters: &Interrupters) -> std::sync::MutexGuard<'_, Vec<Interrupter>> {
    interrupters.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Transaction {
    /// Rolls back a transaction that was not committed, on a blocking thread too.
    fn drop(&mut self) {
        let open = self.writer.take().filter(Held::is_in_transaction);
        if let (Some(held), Ok(runtime)) = (open, tokio::runtime::Handle::try_current()) {
            runtime.spawn_blocking(move || drop(held));
        }
    }
}

impl Held {
    fn is_in_transaction(&self) -> bool {
        self.0.connection.as_ref().is_some_and(Connection::is_in_transaction)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(connection) = &self.0.connection {
            connection.roll_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{params, sample::TENANT};

    fn open(folder: &tempfile::TempDir) -> Database {
        let path = folder.path().join("x.db");
        Database::create(&path, TENANT, jiff::Timestamp::UNIX_EPOCH).unwrap();
        Database::open(&path, TENANT, jiff::Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn memory_and_page_caches_are_under_no_lock_of_the_whole_process() {
        let folder = tempfile::tempdir().unwrap();
        let options = open(&folder).read("PRAGMA compile_options", vec![]).unwrap().rows;
        let options: Vec<String> = options.iter().map(|row| row.get(0).unwrap()).collect();
        let has = |option: &str| options.iter().any(|known| known == option);
        assert!(has("DEFAULT_MEMSTATUS=0") && has("DEFAULT_PCACHE_INITSZ=0") && !has("ENABLE_MEMORY_MANAGEMENT"));
    }

    #[test]
    fn a_wrong_type_is_an_error_and_never_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        let first = |sql| database.read(sql, vec![]).and_then(|rows| rows.first().unwrap().get::<i64>(0));
        assert_eq!(first("SELECT 7").unwrap(), 7);
        for sql in ["SELECT 'seven'", "SELECT 7.5", "SELECT NULL", "SELECT x'07'", "SELECT CAST(x'ff' AS TEXT)"] {
            assert!(matches!(first(sql), Err(StorageError::Column { .. })), "{sql}");
        }
    }

    #[test]
    fn a_statement_keeps_no_parameters_of_its_last_use_and_counts_those_it_gets() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        let echo =
            |value: i64| database.read("SELECT ?1", params![value]).unwrap().first().unwrap().get::<i64>(0).unwrap();
        assert_eq!((echo(1), echo(2)), (1, 2));
        assert!(matches!(database.read("SELECT ?1", vec![]), Err(StorageError::Parameters { takes: 1, given: 0, .. })));
    }

    #[tokio::test]
    async fn a_dropped_transaction_never_was_and_does_not_block_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        let insert = "INSERT INTO hand_offs SELECT x'00', id, 1 FROM users UNION ALL SELECT x'01', 'nobody', 1";
        let mut dropped = database.write().await.unwrap();
        assert!(matches!(dropped.run(insert, vec![]).await, Err(StorageError::Constraint(_))), "foreign keys are on");
        let add = "INSERT INTO users (id, username, role, password_hash, created_at) VALUES ('a', 'a', 'owner', '', 1)";
        dropped.run(add, vec![]).await.unwrap();
        drop(dropped);
        let next = database.write().await.unwrap();
        next.commit().await.unwrap();
        assert_eq!(
            database.read("SELECT count(*) FROM users", vec![]).unwrap().first().unwrap().get::<i64>(0).unwrap(),
            0
        );
    }

    #[test]
    fn the_reader_cannot_write_and_a_missing_file_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        assert!(database.read("DELETE FROM users", vec![]).is_err());
        let nowhere = folder.path().join("nowhere.db");
        let missing = Database::open(&nowhere, TENANT, jiff::Timestamp::UNIX_EPOCH).err().unwrap();
        assert!(matches!(missing, StorageError::Missing) && !nowhere.exists());
    }

    #[tokio::test]
    async fn closing_waits_for_a_write_whose_request_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        let other = Connection::writer(&folder.path().join("x.db")).unwrap();
        other.batch("BEGIN IMMEDIATE").unwrap();
        let writer = Arc::clone(&database.writer);
        let gone = tokio::time::timeout(Duration::from_millis(50), database.write()).await;
        assert!(gone.is_err(), "it waits for the other writer, on its own thread");
        let closing = tokio::spawn(database.close());
        assert!(writer.try_lock().is_err(), "the thread still has the writer");
        drop(writer);
        other.batch("COMMIT").unwrap();
        closing.await.unwrap();
        drop(other);
        assert!(!folder.path().join("x.db-wal").exists(), "the last connection to close leaves no log");
    }

    #[test]
    fn a_database_that_a_crash_left_half_made_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        drop(Connection::create(&beside(&path)).unwrap());
        Database::create(&path, TENANT, jiff::Timestamp::UNIX_EPOCH).unwrap();
        assert!(Database::open(&path, TENANT, jiff::Timestamp::UNIX_EPOCH).is_ok());
        assert!(!beside(&path).exists());
    }
}
