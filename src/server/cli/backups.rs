//! `freehold backups`: the backups there are.

use backend::{Operation, Outcome};
use clap::Args;
use domain::{BackupView, TenantName};

use super::{
    operate::{Folder, unfit},
    print::{Format, say},
    table::{self, minute, size},
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Backups {
    /// Only those of the workspace that has, or had last, this name
    name: Option<TenantName>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: Folder,
}

const AFTER_HELP: &str = "\
Examples:
  freehold backups
  freehold backups acme
  freehold backups acme --json | jq -r '.[-1].file'

Beside each file is its manifest, which tells what it holds and how to know that it is whole.

JSON: [{\"file\", \"tenant\", \"name\", \"takenAt\", \"storage\", \"schemaVersion\", \"rows\",
\"bytes\", \"compressedBytes\"}], the latest one last";

impl Backups {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let outcome = self.folder.run(Operation::BackupList(self.name)).await?;
        let Outcome::Backups(backups) = outcome else { return Err(unfit()) };
        self.format.print(&backups, |backups| table(backups))?;
        if backups.is_empty() {
            say("There is no such backup. `freehold backup` makes some.");
        }
        Ok(())
    }
}

/// Backups, a line each.
pub(super) fn table(backups: &[BackupView]) -> String {
    table::list(["NAME", "TAKEN", "STORAGE", "ROWS", "SIZE", "PACKED", "FILE"], backups.iter().map(row))
}

fn row(backup: &BackupView) -> [String; 7] {
    let BackupView { file, name, taken_at, storage, rows, bytes, compressed_bytes, .. } = backup;
    let (packed, file) = (size(*compressed_bytes), file.clone());
    [name.to_string(), minute(*taken_at), storage.to_string(), rows.to_string(), size(*bytes), packed, file]
}
