//! What databases elsewhere have in common, on whatever server: they are migrated when they are opened, copied into an
//! image and made of one, over Hrana.

mod copy;
mod fill;

use jiff::Timestamp;

pub(super) use copy::copy_to;
pub(super) use fill::fill;

use super::{MigrationSet, Result, Rows, hedged, hrana::Database};

/// Brings a database to the newest schema of a set of migrations; one that has it costs a single read. Everybody who wants the database
/// waits for that one.
pub(super) async fn open(database: Database, migrations: MigrationSet, now: Timestamp) -> Result<Database> {
    if hedged(|| migrations.is_behind_at(&database)).await? {
        migrations.migrate_at(&database, now).await?;
    }
    Ok(database)
}

/// Runs a reading statement that was put together.
pub(super) async fn ask(database: &Database, sql: String) -> Result<Rows> {
    let mut rows = Vec::new();
    let each = |_, values| {
        rows.push(super::Row::new(super::COMPOSED, values));
        Ok(())
    };
    database.stream(vec![sql], each).await?;
    Ok(Rows { rows, changes: 0 })
}
