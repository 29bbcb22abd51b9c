//! Fills a database on a server from an image: the tables, the rows in batches, and then the indexes, triggers and views. The
//! database is not used before it was compared with the image.

use std::{borrow::Cow, path::Path, sync::Arc};

use libsql::Value;
use tokio::sync::mpsc;

use crate::{
    Image, Result, StorageError,
    hrana::Database,
    image::SchemaObject,
    local::{Unloader, blocking},
};

/// A batch is sent when it has this many rows.
const ROWS: usize = 500;
/// A batch is sent when it has this many bytes.
const BYTES: usize = 512 * 1024;

type Statements = Vec<(Cow<'static, str>, Vec<Value>)>;

/// Writes the whole image into an empty database.
pub(crate) async fn fill(database: &Database, image: Arc<Image>) -> Result<()> {
    let (batches, mut incoming) = mpsc::channel(2);
    let reading = tokio::spawn(blocking(move || read(image.path(), &batches)));
    while let Some(batch) = incoming.recv().await {
        database.batch(batch).await?;
    }
    reading.await.map_err(StorageError::thread)?
}

fn read(image: &Path, batches: &mpsc::Sender<Statements>) -> Result<()> {
    let unloader = Unloader::open(image)?;
    let (tables, others): (Vec<&SchemaObject>, Vec<_>) =
        unloader.objects().iter().partition(|object| object.kind == "table");
    let bare = |object: &&SchemaObject| (Cow::Owned(object.sql.clone()), Vec::new());
    send(batches, tables.iter().map(bare).collect())?;
    let (mut batch, mut bytes) = (Statements::new(), 0);
    for table in tables {
        unloader.rows(table, |insert, values| {
            bytes += values.iter().map(size).sum::<usize>();
            batch.push((Cow::Owned(insert.to_owned()), values));
            if batch.len() < ROWS && bytes < BYTES {
                return Ok(());
            }
            bytes = 0;
            send(batches, std::mem::take(&mut batch))
        })?;
    }
    send(batches, batch)?;
    send(batches, others.iter().map(bare).collect())
}

fn send(batches: &mpsc::Sender<Statements>, batch: Statements) -> Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    batches.blocking_send(batch).map_err(|_| StorageError::Lost("the copy could not be sent".into()))
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        _ => 8,
    }
}
