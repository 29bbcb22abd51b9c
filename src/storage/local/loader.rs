//! Writes an image row by row, and reads one row by row.

use std::path::Path;

use libsql::Value;

use super::Connection;
use crate::files::sync_folder;
use crate::{
    Result,
    image::{SCHEMA, SchemaObject, quoted, schema_objects, text},
};

/// A new image that is being filled.
pub(crate) struct Loader {
    /// The insert statement of each table.
    inserts: Vec<libsql::Statement>,
    /// SQL of the objects that are created after all rows: indexes, triggers and views.
    later: Vec<String>,
    connection: Connection,
    path: std::path::PathBuf,
}

/// An image that is being read.
pub(crate) struct Unloader {
    connection: Connection,
    objects: Vec<SchemaObject>,
}

impl Loader {
    /// Creates the file and its tables.
    pub(crate) fn create(path: &Path, objects: &[SchemaObject]) -> Result<Self> {
        let connection = Connection::image(path)?;
        connection.batch("BEGIN")?;
        let (tables, later): (Vec<_>, Vec<_>) = objects.iter().partition(|object| object.kind == "table");
        let mut inserts = Vec::new();
        for table in tables {
            connection.batch(&table.sql)?;
            inserts.push(connection.prepare(&insert(&connection, table)?)?);
        }
        let later = later.into_iter().map(|object| object.sql.clone()).collect();
        Ok(Self { inserts, later, connection, path: path.to_owned() })
    }

    /// Adds a row to the table with this number.
    pub(crate) fn row(&mut self, table: usize, values: Vec<Value>) -> Result<()> {
        self.connection.again(&self.inserts[table], values)
    }

    /// Creates the remaining objects. The file is durable when this returns.
    pub(crate) fn finish(self) -> Result<()> {
        let Self { inserts, later, connection, path } = self;
        drop(inserts);
        later.iter().try_for_each(|sql| connection.batch(sql))?;
        connection.batch("COMMIT")?;
        drop(connection);
        std::fs::File::open(&path)?.sync_all()?;
        Ok(sync_folder(&path)?)
    }
}

impl Unloader {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::aside(path)?;
        Ok(Self { objects: schema_objects(&connection.ask(SCHEMA)?)?, connection })
    }

    /// The objects of the schema.
    pub(crate) fn objects(&self) -> &[SchemaObject] {
        &self.objects
    }

    /// Passes each row of a table to `each`, with the statement that inserts it.
    pub(crate) fn rows(
        &self,
        table: &SchemaObject,
        mut each: impl FnMut(&str, Vec<Value>) -> Result<()>,
    ) -> Result<()> {
        let insert = insert(&self.connection, table)?;
        self.connection.each(&table.select_all(), |values| each(&insert, values))
    }
}

/// The statement that inserts a row of a table, with the columns of `select_all`.
fn insert(connection: &Connection, table: &SchemaObject) -> Result<String> {
    let columns = format!("SELECT name FROM pragma_table_info({}) ORDER BY cid", text(&table.name));
    let columns = connection.ask(&columns)?.rows;
    let columns = columns.iter().map(|row| Ok(quoted(&row.get::<String>(0)?)));
    let number = table.is_virtual().then(|| Ok("rowid".to_owned()));
    let columns = number.into_iter().chain(columns).collect::<Result<Vec<_>>>()?;
    let places: Vec<_> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
    Ok(format!("INSERT INTO {} ({}) VALUES ({})", quoted(&table.name), columns.join(", "), places.join(", ")))
}
