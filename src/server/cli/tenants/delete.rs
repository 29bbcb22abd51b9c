//! `freehold tenants delete`: deletes a workspace after asking, and leaves a final backup.

use std::path::PathBuf;

use backend::{Ambient, Clock, Operation, Outcome, QUARANTINE};
use clap::Args;
use domain::TenantName;
use jiff::Timestamp;
use serde::Serialize;

use super::Named;
use crate::cli::kit::{
    confirm::Confirm,
    operator_client::unexpected_answer,
    print::say,
    table::{self, row, second},
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Delete {
    /// Make no final backup
    #[arg(long)]
    no_backup: bool,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    tenant: Named,
}

const AFTER_HELP: &str = "\
Examples:
  freehold tenants delete acme
  freehold tenants delete acme --yes
  freehold restore acme

Requests that have begun are waited for; then all its databases go, also the copies that moves and
restores kept. Its backups stay. Nobody else may have its name for 90 days, so that no old link
leads to strangers; until then and after, as long as the name is free, `freehold restore` brings it
back.

JSON: {\"name\", \"backup\": the file or null, \"nameKeptUntil\"}";

/// The deleted workspace, as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deleted {
    name: TenantName,
    backup: Option<PathBuf>,
    name_kept_until: Timestamp,
}

impl Delete {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { no_backup, confirm, tenant: Named { name, format, folder } } = self;
        let kept = if no_backup { "No backup is made." } else { "A final backup is made first." };
        confirm.ask(&format!("This deletes {name} with all that is in it. {kept}"), name.as_ref())?;
        let outcome = folder.run(Operation::TenantDelete { name: name.clone(), backup: !no_backup }).await?;
        let Outcome::Deleted(backup) = outcome else { return Err(unexpected_answer()) };
        let deleted = Deleted { name, backup, name_kept_until: Ambient.now() + QUARANTINE };
        format.print(&deleted, record)?;
        say(way_back(&deleted));
        Ok(())
    }
}

fn record(Deleted { name, backup, name_kept_until }: &Deleted) -> String {
    let mut rows = vec![row("deleted", name)];
    rows.extend(backup.as_ref().map(|file| row("final backup", file.display())));
    rows.push(row("name kept until", second(*name_kept_until)));
    table::record(&rows)
}

fn way_back(Deleted { name, backup, .. }: &Deleted) -> String {
    match backup {
        Some(_) => format!("Its name waits for it for 90 days: `freehold restore {name}` brings it back."),
        None => format!("Its name waits for it for 90 days. What can bring it back is in `freehold backups {name}`."),
    }
}
