//! `Database`: one open database of one tenant, on any storage. It offers only what all storages can do.

use std::path::Path;

use libsql::Value;

use super::{Result, Rows, Statement, hrana, local, remote};

// Futures of remote calls are boxed. A network wait takes far longer than the allocation, and the future of a local read stays
// small.

/// An open database. Only `close` closes a local one.
pub enum Database {
    /// A file that this process opens.
    Local(local::Database),
    /// A database on a server.
    Remote(hrana::Database),
}

/// A write transaction. Dropping it without `commit` rolls it back.
pub enum Transaction {
    /// Runs on the file's only writer.
    Local(local::Transaction),
    /// Runs on a stream of the server.
    Remote(hrana::Transaction),
}

impl Database {
    /// Runs one reading statement. It takes microseconds on a file and one round trip on a server.
    pub async fn read(&self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(database) => database.read(sql, params),
            Self::Remote(database) => Box::pin(database.read(sql, params)).await,
        }
    }

    /// Runs one reading statement that may look at many rows, such as all members. Returns `TimedOut` after its deadline, or
    /// `Busy` if the statements before it took too long.
    pub async fn read_long(&self, sql: String, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(database) => database.read_long(sql, params).await,
            Self::Remote(database) => Box::pin(database.read(sql, params)).await,
        }
    }

    /// Runs one reading statement that is rare and may take long.
    pub async fn ask(&self, sql: String) -> Result<Rows> {
        match self {
            Self::Local(database) => database.ask(sql).await,
            Self::Remote(database) => Box::pin(remote::ask(database, sql)).await,
        }
    }

    /// Copies the database, as it is at this moment, into `file`, which must not exist. Others can go on reading and writing.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        match self {
            Self::Local(database) => {
                let (from, to) = (database.path().to_owned(), file.to_owned());
                local::blocking(move || local::copy_database(&from, &to)).await
            }
            Self::Remote(database) => Box::pin(remote::copy_to(database, file)).await,
        }
    }

    /// Checks the database for damage, without reading all rows. With `deep`, all pages are read.
    pub async fn check(&self, deep: bool) -> Result<()> {
        match self {
            Self::Local(database) => {
                let path = database.path().to_owned();
                local::blocking(move || local::check(&path, deep)).await
            }
            // A server gives no access to its pages. All its rows are read when they are counted.
            Self::Remote(_) => Ok(()),
        }
    }

    /// Size of the database in bytes.
    pub async fn size(&self) -> Result<u64> {
        match self {
            Self::Local(database) => database.size(),
            Self::Remote(database) => Box::pin(database.size()).await,
        }
    }

    /// Begins a write transaction. Waits a limited time for the one before it.
    pub async fn write(&self) -> Result<Transaction> {
        match self {
            Self::Local(database) => database.write().await.map(Transaction::Local),
            Self::Remote(database) => Box::pin(database.write()).await.map(Transaction::Remote),
        }
    }

    /// Runs all of the statements or none of them, in one transaction. On a server this takes one round trip.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<()> {
        match self {
            Self::Local(database) => database.batch(statements).await,
            Self::Remote(database) => Box::pin(database.batch(statements)).await,
        }
    }

    /// Interrupts the running statements, so that the leases on this database end.
    pub fn interrupt(&self) {
        match self {
            Self::Local(database) => database.interrupt(),
            Self::Remote(_) => {} // each call has a deadline
        }
    }

    /// Whether the file failed, so that the database must be reopened. The file may have been repaired since.
    pub fn is_ailing(&self) -> bool {
        match self {
            Self::Local(database) => database.is_ailing(),
            Self::Remote(_) => false, // it holds no connection
        }
    }

    /// Closes the database after the running write is done.
    pub async fn close(self) {
        match self {
            Self::Local(database) => database.close().await,
            Self::Remote(_) => {} // all databases share the sockets
        }
    }
}

impl Transaction {
    /// Runs one statement in the transaction.
    pub async fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(transaction) => transaction.run(sql, params).await,
            Self::Remote(transaction) => Box::pin(transaction.run(sql, params)).await,
        }
    }

    /// Commits the transaction. After `Ok`, a power cut does not undo it.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Local(transaction) => transaction.commit().await,
            Self::Remote(transaction) => Box::pin(transaction.commit()).await,
        }
    }
}
