//! A database elsewhere becomes an image: read in one transaction, so that it is consistent while others write, row by row,
//! so that it is never in memory.

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

/// So many rows wait to be written.
const WAITING: usize = 1024;

/// Writes all of it into a new file.
pub(crate) async fn copy_to(database: &Database, file: &Path) -> Result<()> {
    let objects = schema_objects(&ask(database, SCHEMA.into()).await?)?;
    // The schema once more: if a migration came between, the rows would not fit it.
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

/// The thread that writes keeps up with any network; should it not, the copy ends.
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
