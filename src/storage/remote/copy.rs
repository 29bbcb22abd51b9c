//! Copies a database on a server into an image. It is read in one transaction, so that the copy is consistent while others
//! write. It is read row by row, so that it is never in memory as a whole.

use std::path::Path;

use libsql::Value;
use tokio::sync::mpsc;

use super::ask;
use crate::{
    Result, StorageError,
    hrana::Database,
    image::{SCHEMA, SchemaObject, schema_objects},
    local::{Loader, blocking},
};

/// Most rows that wait to be written.
const WAITING: usize = 1024;

/// Writes the whole database into a new file.
pub(crate) async fn copy_to(database: &Database, file: &Path) -> Result<()> {
    let objects = schema_objects(&ask(database, SCHEMA.into()).await?)?;
    // Reads the schema once more. If a migration came between, the rows would not fit the schema that was read first.
    let again = std::iter::once(SCHEMA.to_owned());
    let tables = objects.iter().filter(|object| object.kind == "table");
    let statements = again.chain(tables.map(SchemaObject::select_all)).collect();
    let (rows, incoming) = mpsc::channel(WAITING);
    let (path, known) = (file.to_owned(), objects);
    let writing = tokio::spawn(blocking(move || write(&path, &known, incoming)));
    let sent = database.stream(statements, |statement, values| send(&rows, statement, values)).await;
    drop(rows);
    let written = writing.await.map_err(StorageError::thread)?;
    sent.and(written)
}

/// Passes a row to the writing thread, which keeps up with any network. If that thread has ended, the copy fails.
fn send(rows: &mpsc::Sender<(usize, Vec<Value>)>, statement: usize, values: Vec<Value>) -> Result<()> {
    tokio::task::block_in_place(|| rows.blocking_send((statement, values)))
        .map_err(|_| StorageError::Lost("the copy could not be written".into()))
}

fn write(path: &Path, objects: &[SchemaObject], mut incoming: mpsc::Receiver<(usize, Vec<Value>)>) -> Result<()> {
    let mut loader = Loader::create(path, objects)?;
    let mut seen = 0;
    while let Some((statement, values)) = incoming.blocking_recv() {
        match statement.checked_sub(1) {
            None if objects.get(seen).is_some_and(|object| object.is(&values)) => seen += 1,
            None => return Err(StorageError::Busy),
            Some(table) => loader.row(table, values)?,
        }
    }
    if seen < objects.len() {
        return Err(StorageError::Busy);
    }
    loader.finish()
}
