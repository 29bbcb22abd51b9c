//! `Image`: a whole database in one file that no other code uses. Images are backed up, restored, moved and downloaded.
//! `Summary`: values that two databases with the same content have in common, on any storage.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    Database, Result, Rows,
    local::{self, Connection, blocking},
    sha256,
};

/// A file that holds a whole database. Dropping this removes the file.
#[derive(Debug)]
pub struct Image(PathBuf);

/// Summary of a database's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Schema version: the number of migrations that were applied.
    pub schema_version: i64,
    /// SHA-256 of the schema in `sqlite_schema`, in hexadecimal.
    pub fingerprint: String,
    /// Number of rows of each table.
    pub rows: BTreeMap<String, u64>,
}

/// Reads the schema in the order in which it was created, without the internal tables of SQLite, libSQL and virtual tables.
/// These are left out by their whole names, since a trigger may be called `libsql_anything`.
pub(super) const SCHEMA: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE sql IS NOT NULL AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4',
        'libsql_wasm_func_table', 'libsql_vector_meta_shadow'))
      AND NOT (type = 'table' AND name IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'))
    ORDER BY rowid";

/// One object of a schema.
pub(super) struct SchemaObject {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) sql: String,
}

impl SchemaObject {
    /// The statement that reads all rows of a table. A virtual table has no key except the numbers of its rows, so these are
    /// read too.
    pub(super) fn select_all(&self) -> String {
        let number = if self.is_virtual() { "rowid, " } else { "" };
        format!("SELECT {number}* FROM {}", quoted(&self.name))
    }

    /// Whether it is a virtual table. Its rows are in other tables, which it manages itself.
    pub(super) fn is_virtual(&self) -> bool {
        self.sql.starts_with("CREATE VIRTUAL TABLE ") // SQLite stores it in this form, whatever was typed
    }

    /// Whether a row of `SCHEMA` describes this object.
    pub(super) fn is(&self, row: &[libsql::Value]) -> bool {
        let texts = [(0, &self.kind), (1, &self.name), (3, &self.sql)];
        texts.iter().all(|(column, text)| row.get(*column).and_then(|value| value.as_text()) == Some(text))
    }
}

impl Image {
    /// The image in this file, which exists or is about to be created.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Path of the file.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Checks every page of the file for damage.
    pub async fn check(&self) -> Result<()> {
        let path = self.0.clone();
        blocking(move || local::check(&path, true)).await
    }

    /// Summary of the content.
    pub async fn summary(&self) -> Result<Summary> {
        let path = self.0.clone();
        blocking(move || Summary::of_file(&path)).await
    }

    /// Changes the content and rewrites the file, so that nothing of the previous content is left in it.
    pub async fn change(&self, sql: &'static str) -> Result<()> {
        let path = self.0.clone();
        blocking(move || {
            let connection = Connection::writer(&path)?;
            connection.batch(sql)?;
            connection.batch("VACUUM")
        })
        .await
    }

    /// Changes the content and writes the result to another image, which has nothing of the previous content. Unlike `change`,
    /// this needs no temporary file. The disk of temporary files may be full.
    pub async fn change_into(&self, sql: &'static str, to: &Self) -> Result<()> {
        let (from, to) = (self.0.clone(), to.0.clone());
        blocking(move || {
            Connection::writer(&from)?.batch(sql)?;
            local::copy_database(&from, &to)
        })
        .await
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if let Err(error) = crate::files::remove_database(&self.0) {
            tracing::warn!(%error, file = %self.0.display(), "a temporary file could not be removed");
        }
    }
}

impl Summary {
    /// Summary of a database's content at this moment.
    pub async fn of(database: &Database) -> Result<Self> {
        let objects = schema_objects(&database.ask(SCHEMA.into()).await?)?;
        let version = database.ask(VERSION.into()).await?;
        let counts = database.ask(counting(&objects)).await?;
        Self::new(&objects, version, &counts)
    }

    /// Summary of the database in a file. Blocking.
    pub(super) fn of_file(path: &Path) -> Result<Self> {
        let connection = Connection::aside(path)?;
        let objects = schema_objects(&connection.ask(SCHEMA)?)?;
        Self::new(&objects, connection.ask(VERSION)?, &connection.ask(&counting(&objects))?)
    }

    fn new(objects: &[SchemaObject], version: Rows, counts: &Rows) -> Result<Self> {
        let rows = counts.rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<_>>()?;
        let schema_version = version.first().map(|row| row.get(0)).transpose()?.unwrap_or_default();
        Ok(Self { schema_version, fingerprint: fingerprint(objects), rows })
    }
}

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM migrations";

/// The objects of a schema, from the rows of `SCHEMA`.
pub(super) fn schema_objects(rows: &Rows) -> Result<Vec<SchemaObject>> {
    rows.rows.iter().map(|row| Ok(SchemaObject { kind: row.get(0)?, name: row.get(1)?, sql: row.get(3)? })).collect()
}

/// Fingerprint of a schema. It depends neither on the storage nor on the order in which the schema was created.
pub(super) fn fingerprint(objects: &[SchemaObject]) -> String {
    let mut lines: Vec<_> =
        objects.iter().map(|object| format!("{}|{}|{}\n", object.kind, object.name, object.sql)).collect();
    lines.sort_unstable();
    sha256(&lines.concat())
}

/// The query for the number of rows of each table.
fn counting(objects: &[SchemaObject]) -> String {
    let tables = objects.iter().filter(|object| object.kind == "table");
    let counts =
        tables.map(|SchemaObject { name, .. }| format!("SELECT {}, count(*) FROM {}", text(name), quoted(name)));
    counts.collect::<Vec<_>>().join(" UNION ALL ")
}

/// Quotes a name for SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a text for SQL.
pub(super) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
