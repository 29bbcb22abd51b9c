//! An image: all of a database in one file that nobody else uses: what is backed up, restored, moved and downloaded.
//! And its summary: what two databases of the same content agree in, whatever they are kept on.

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

/// A file that holds all of a database. It goes when this goes.
#[derive(Debug)]
pub struct Image(PathBuf);

/// What a database holds, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// How many migrations it has seen.
    pub schema_version: i64,
    /// SHA-256 of its `sqlite_schema`, in hexadecimal.
    pub fingerprint: String,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
}

/// The schema as text, without the tables that SQLite, libSQL and virtual tables keep for themselves: by their whole names,
/// since a trigger may be called `libsql_anything`. In the order in which it was made.
pub(super) const SCHEMA: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema
    WHERE sql IS NOT NULL AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4',
        'libsql_wasm_func_table', 'libsql_vector_meta_shadow'))
      AND NOT (type = 'table' AND name IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'))
    ORDER BY rowid";

/// One object that a schema has.
pub(super) struct SchemaObject {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) sql: String,
}

impl SchemaObject {
    /// The statement that reads all rows of a table. A virtual one has no key but the numbers of its rows.
    pub(super) fn select_all(&self) -> String {
        let number = if self.is_virtual() { "rowid, " } else { "" };
        format!("SELECT {number}* FROM {}", quoted(&self.name))
    }

    /// Whether it is a virtual table, whose rows are in other tables that it looks after itself.
    pub(super) fn is_virtual(&self) -> bool {
        self.sql.starts_with("CREATE VIRTUAL TABLE ") // as SQLite writes it, whatever was typed
    }

    /// Whether a row that `SCHEMA` gave is of this.
    pub(super) fn is(&self, row: &[libsql::Value]) -> bool {
        let texts = [(0, &self.kind), (1, &self.name), (3, &self.sql)];
        texts.iter().all(|(column, text)| row.get(*column).and_then(|value| value.as_text()) == Some(text))
    }
}

impl Image {
    /// The file that is there, or is about to be.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where its file is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Looks at every page: whether all that the file says is sound.
    pub async fn check(&self) -> Result<()> {
        let path = self.0.clone();
        blocking(move || local::check(&path, true)).await
    }

    /// What it holds.
    pub async fn summary(&self) -> Result<Summary> {
        let path = self.0.clone();
        blocking(move || Summary::of_file(&path)).await
    }

    /// Changes it, and writes it anew so that nothing of what was there before is left in it.
    pub async fn change(&self, sql: &'static str) -> Result<()> {
        let path = self.0.clone();
        blocking(move || {
            let connection = Connection::writer(&path)?;
            connection.batch(sql)?;
            connection.batch("VACUUM")
        })
        .await
    }

    /// Changes it, and writes what it is then into another that has nothing of what was there before. Unlike `change`, no
    /// file elsewhere is needed: the disk of temporary files may be full.
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
            tracing::warn!(%error, file = %self.0.display(), "a temporary file is left");
        }
    }
}

impl Summary {
    /// What a database holds at this moment.
    pub async fn of(database: &Database) -> Result<Self> {
        let objects = schema_objects(&database.ask(SCHEMA.into()).await?)?;
        let version = database.ask(VERSION.into()).await?;
        let counts = database.ask(counting(&objects)).await?;
        Self::new(&objects, version, &counts)
    }

    /// What the database in a file holds. Blocking.
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

/// What a schema has, of the rows that `SCHEMA` gave.
pub(super) fn schema_objects(rows: &Rows) -> Result<Vec<SchemaObject>> {
    rows.rows.iter().map(|row| Ok(SchemaObject { kind: row.get(0)?, name: row.get(1)?, sql: row.get(3)? })).collect()
}

/// A fingerprint of a schema: the same wherever it is kept and in whatever order it was made.
pub(super) fn fingerprint(objects: &[SchemaObject]) -> String {
    let mut lines: Vec<_> =
        objects.iter().map(|object| format!("{}|{}|{}\n", object.kind, object.name, object.sql)).collect();
    lines.sort_unstable();
    sha256(&lines.concat())
}

/// A question after the rows of each table.
fn counting(objects: &[SchemaObject]) -> String {
    let tables = objects.iter().filter(|object| object.kind == "table");
    let counts =
        tables.map(|SchemaObject { name, .. }| format!("SELECT {}, count(*) FROM {}", text(name), quoted(name)));
    counts.collect::<Vec<_>>().join(" UNION ALL ")
}

/// A name in SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in SQL.
pub(super) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
