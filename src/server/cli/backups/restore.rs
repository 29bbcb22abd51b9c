//! `freehold restore`: replaces the data of a workspace by a backup, after asking, or brings a deleted workspace back.

use std::path::{Path, PathBuf};

use backend::{Operation, Outcome};
use clap::{Args, ValueHint};
use domain::TenantName;

use crate::cli::{
    kit::{
        confirm::Confirm,
        operator_client::{DataFolderArg, OperatorClient, unexpected_answer, whole},
        print::{Format, say},
        table::{self, minute},
    },
    tenants,
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Restore {
    /// The workspace's name
    name: TenantName,
    /// The backup, by its file [default: the latest of the workspace]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    from: Option<PathBuf>,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold restore acme
  freehold restore acme --from data/backups/…/20260301T120000000Z-acme.db.zst
  freehold backups acme

The backup is unpacked, checked, and restored into a new database; only when that holds what the
backup says is the workspace pointed at it. Everyone signs in anew. What it had before is kept:
`freehold tenants undo acme` goes back to it.

A workspace that was deleted comes back under its name and id. So does one of another data folder
whose master secret this one has, with --from. Of a backup from anywhere else `freehold import` takes
the people and the history, without passwords; so it does of a backup that was changed since.

JSON: what `freehold tenants rename` prints.";

impl Restore {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<()> {
        let Self { name, from, confirm, format, folder } = self;
        let from = from.map(|file| whole(&file)).transpose()?;
        let work = folder.work(async |desk| {
            let there = desk.has(&name).await?;
            let from = if there { asked(desk, &name, from, &confirm).await? } else { from };
            Ok((there, desk.run(Operation::Restore(name.clone(), from)).await?))
        });
        let (there, Outcome::Tenant(tenant)) = work.await? else { return Err(unexpected_answer()) };
        format.print(&tenant, |tenant| table::record(&tenants::rows(tenant)))?;
        say(if there {
            format!(
                "{name} is restored; everyone signs in anew. `freehold tenants undo {name}` goes back to what it had."
            )
        } else {
            format!("{name} is back; everyone signs in anew.")
        });
        Ok(())
    }
}

/// Asks for confirmation and returns the backup: the given file, or else the latest.
async fn asked(
    desk: &mut OperatorClient<'_>,
    name: &TenantName,
    from: Option<PathBuf>,
    confirm: &Confirm,
) -> anyhow::Result<Option<PathBuf>> {
    if let Some(file) = from {
        ask(confirm, name, &format!("the backup {}", file.display()))?;
        return Ok(Some(file));
    }
    let outcome = desk.run(Operation::BackupList(Some(name.clone()))).await?;
    let Outcome::Backups(mut backups) = outcome else { return Err(unexpected_answer()) };
    let Some(latest) = backups.pop() else { return Ok(None) }; // the restore is then refused
    ask(confirm, name, &format!("its backup of {} UTC", minute(latest.taken_at)))?;
    Ok(Some(Path::new(&latest.file).to_owned()))
}

fn ask(confirm: &Confirm, name: &TenantName, backup: &str) -> anyhow::Result<()> {
    let what = format!("This puts {backup} in the place of what {name} has, and signs everyone out.");
    confirm.ask(&what, name.as_ref())
}
