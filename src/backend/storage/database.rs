//! `Database`: one open database of one tenant, on whatever storage: what all of them can do, and nothing that only one can.

use std::path::Path;

use libsql::Value;

use super::{Result, Rows, Statement, local};

/// An open database. A local one is closed by `close` alone.
pub(crate) enum Database {
    /// A file of this process.
    Local(local::Database),
}

/// A write transaction. Dropped without `commit`, it never was.
pub(crate) enum Transaction {
    /// On the file's one writer.
    Local(local::Transaction),
}

impl Database {
    /// Runs one reading statement.
    pub(crate) async fn read(&self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(database) => database.read(sql, params),
        }
    }

    /// Runs one reading statement that is not asked often, and may take long.
    pub(crate) async fn ask(&self, sql: String) -> Result<Rows> {
        match self {
            Self::Local(database) => database.ask(sql).await,
        }
    }

    /// Copies it, as it is at this moment, into a file that must not exist; others may go on reading and writing.
    pub(crate) async fn copy_to(&self, file: &Path) -> Result<()> {
        match self {
            Self::Local(database) => {
                let (from, to) = (database.path().to_owned(), file.to_owned());
                local::blocking(move || local::copy_database(&from, &to)).await
            }
        }
    }

    /// Whether what can be told of it without reading all of its rows is sound; `deep` reads all pages.
    pub(crate) async fn check(&self, deep: bool) -> Result<()> {
        match self {
            Self::Local(database) => {
                let path = database.path().to_owned();
                local::blocking(move || local::check(&path, deep)).await
            }
        }
    }

    /// How large it is, in bytes.
    pub(crate) async fn size(&self) -> Result<u64> {
        match self {
            Self::Local(database) => database.size(),
        }
    }

    /// Begins a write transaction; waits for the one before it, but not for long.
    pub(crate) async fn write(&self) -> Result<Transaction> {
        match self {
            Self::Local(database) => database.write().await.map(Transaction::Local),
        }
    }

    /// Runs all of the statements, or none of them.
    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<()> {
        match self {
            Self::Local(database) => database.batch(statements).await,
        }
    }

    /// Ends whatever statements are running, so that the leases on this database end too.
    pub(crate) fn interrupt(&self) {
        match self {
            Self::Local(database) => database.interrupt(),
        }
    }

    /// Closes it, once the write that is under way is done.
    pub(crate) async fn close(self) {
        match self {
            Self::Local(database) => database.close().await,
        }
    }
}

impl Transaction {
    /// Runs one statement within the transaction.
    pub(crate) async fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(transaction) => transaction.run(sql, params).await,
        }
    }

    /// Makes it last: when this returns `Ok`, a power cut does not undo it.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Local(transaction) => transaction.commit().await,
        }
    }
}
