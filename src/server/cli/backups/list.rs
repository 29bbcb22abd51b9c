//! `freehold backups`: lists the backups.

use backend::{Operation, Outcome};
use clap::Args;
use domain::{BackupView, TenantName};

use crate::cli::kit::{
    operator_client::{DataFolderArg, Refused, unexpected_answer},
    print::{Format, say},
    table::{self, minute, size},
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Backups {
    /// Only those of the workspace that has, or had last, this name
    name: Option<TenantName>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold backups
  freehold backups acme
  freehold backups acme --json | jq -r '.[-1].file'

With --json `file` is the whole path. Beside each file is its manifest, which tells what it holds and how to know that it is whole.

JSON: [{\"file\", \"tenant\", \"name\", \"takenAt\", \"storage\", \"schemaVersion\", \"rows\",
\"bytes\", \"compressedBytes\"}], the latest one last";

impl Backups {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<()> {
        let Self { name, format, folder } = self;
        let (backups, is_known) = folder
            .work(async |desk| {
                let outcome = desk.run(Operation::BackupList(name.clone())).await?;
                let Outcome::Backups(backups) = outcome else { return Err(unexpected_answer()) };
                let is_known = match &name {
                    Some(name) if backups.is_empty() => desk.has(name).await?,
                    _ => true,
                };
                Ok((backups, is_known))
            })
            .await?;
        if let Some(name) = name.filter(|_| !is_known) {
            let what = "There is no workspace and no backup of this name. `freehold backups` lists all backups.";
            return Err(Refused::new(format!("{name}: {what}")).into());
        }
        format.print(&backups, |backups| table(backups))?;
        if backups.is_empty() {
            say("No backups yet. `freehold backup` makes some.");
        }
        Ok(())
    }
}

/// A table with a line for each backup.
pub(in crate::cli) fn table(backups: &[BackupView]) -> String {
    table::list(["NAME", "TAKEN (UTC)", "STORAGE", "ROWS", "SIZE", "PACKED", "FILE"], backups.iter().map(row))
}

fn row(backup: &BackupView) -> [String; 7] {
    let BackupView { file, name, taken_at, storage, rows, bytes, compressed_bytes, .. } = backup;
    let short = std::path::Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (packed, file) = (size(*compressed_bytes), short);
    [name.to_string(), minute(*taken_at), storage.to_string(), rows.to_string(), size(*bytes), packed, file]
}
