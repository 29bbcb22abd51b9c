//! What databases on all servers have in common: over Hrana they are migrated when they are opened, copied into an image and
//! filled from an image.

mod copy;
mod fill;

use jiff::Timestamp;

pub(super) use copy::copy_to;
pub(super) use fill::fill;

use super::{MigrationSet, Result, Rows, hedged, hrana::Database};

/// Migrates a database to the newest schema of `migrations`. If it has that schema already, this costs a single read. All
/// callers that want the database wait for that read, so it is hedged.
pub(super) async fn open(database: Database, migrations: MigrationSet, now: Timestamp) -> Result<Database> {
    if hedged(|| migrations.is_behind_at(&database)).await? {
        migrations.migrate_at(&database, now).await?;
    }
    Ok(database)
}

/// Runs a reading statement that was composed at run time.
pub(super) async fn ask(database: &Database, sql: String) -> Result<Rows> {
    let mut rows = Vec::new();
    let each = |_, values| {
        rows.push(super::Row::new(super::COMPOSED, values));
        Ok(())
    };
    database.stream(vec![sql], each).await?;
    Ok(Rows { rows, changes: 0 })
}
