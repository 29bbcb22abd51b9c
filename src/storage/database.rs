//! `Database`: one open database of one tenant, on whatever storage: what all of them can do, and nothing that only one can.

use std::path::Path;

use libsql::Value;

use super::{Result, Rows, Statement, hrana, local, remote};

// What goes over a socket is boxed: it waits far longer than the box takes, and a local read stays as small as it is.

/// An open database. A local one is closed by `close` alone.
pub enum Database {
    /// A file of this process.
    Local(local::Database),
    /// On a server.
    Remote(hrana::Database),
}

/// A write transaction. Dropped without `commit`, it never was.
pub enum Transaction {
    /// On the file's one writer.
    Local(local::Transaction),
    /// On a stream of the server's.
    Remote(hrana::Transaction),
}

impl Database {
    /// Runs one reading statement: microseconds, or one round trip.
    pub async fn read(&self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(database) => database.read(sql, params),
            Self::Remote(database) => Box::pin(database.read(sql, params)).await,
        }
    }

    /// Runs one reading statement that may look at many rows, such as all members. It has a deadline: `TimedOut` after that,
    /// or `Busy` where the ones before it took too long.
    pub async fn read_long(&self, sql: String, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(database) => database.read_long(sql, params).await,
            Self::Remote(database) => Box::pin(database.read(sql, params)).await,
        }
    }

    /// Runs one reading statement that is not asked often, and may take long.
    pub async fn ask(&self, sql: String) -> Result<Rows> {
        match self {
            Self::Local(database) => database.ask(sql).await,
            Self::Remote(database) => Box::pin(remote::ask(database, sql)).await,
        }
    }

    /// Copies it, as it is at this moment, into a file that must not exist; others may go on reading and writing.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        match self {
            Self::Local(database) => {
                let (from, to) = (database.path().to_owned(), file.to_owned());
                local::blocking(move || local::copy_database(&from, &to)).await
            }
            Self::Remote(database) => Box::pin(remote::copy_to(database, file)).await,
        }
    }

    /// Whether what can be told of it without reading all of its rows is sound; `deep` reads all pages.
    pub async fn check(&self, deep: bool) -> Result<()> {
        match self {
            Self::Local(database) => {
                let path = database.path().to_owned();
                local::blocking(move || local::check(&path, deep)).await
            }
            // A server lets nobody look at pages; its rows are all read when they are counted.
            Self::Remote(_) => Ok(()),
        }
    }

    /// How large it is, in bytes.
    pub async fn size(&self) -> Result<u64> {
        match self {
            Self::Local(database) => database.size(),
            Self::Remote(database) => Box::pin(database.size()).await,
        }
    }

    /// Begins a write transaction; waits for the one before it, but not for long.
    pub async fn write(&self) -> Result<Transaction> {
        match self {
            Self::Local(database) => database.write().await.map(Transaction::Local),
            Self::Remote(database) => Box::pin(database.write()).await.map(Transaction::Remote),
        }
    }

    /// Runs all of the statements, or none of them: one hop, or one round trip.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<()> {
        match self {
            Self::Local(database) => database.batch(statements).await,
            Self::Remote(database) => Box::pin(database.batch(statements)).await,
        }
    }

    /// Ends whatever statements are running, so that the leases on this database end too.
    pub fn interrupt(&self) {
        match self {
            Self::Local(database) => database.interrupt(),
            Self::Remote(_) => {} // each call has a deadline
        }
    }

    /// Whether its file failed it, so that it must be opened anew: the file may have been put right since.
    pub fn is_ailing(&self) -> bool {
        match self {
            Self::Local(database) => database.is_ailing(),
            Self::Remote(_) => false, // it holds no connection
        }
    }

    /// Closes it, once the write that is under way is done.
    pub async fn close(self) {
        match self {
            Self::Local(database) => database.close().await,
            Self::Remote(_) => {} // sockets are everybody's
        }
    }
}

impl Transaction {
    /// Runs one statement within the transaction.
    pub async fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Rows> {
        match self {
            Self::Local(transaction) => transaction.run(sql, params).await,
            Self::Remote(transaction) => Box::pin(transaction.run(sql, params)).await,
        }
    }

    /// Makes it last: when this returns `Ok`, a power cut does not undo it.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Local(transaction) => transaction.commit().await,
            Self::Remote(transaction) => Box::pin(transaction.commit()).await,
        }
    }
}
