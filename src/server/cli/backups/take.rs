//! `freehold backup`: backs up workspaces, the named ones or all.

use std::path::PathBuf;

use backend::{Operation, Outcome, Retention};
use clap::Args;
use domain::{BackupView, TenantName};

use crate::cli::{
    backups::list::table,
    kit::{
        batch::Many,
        operator_client::{DataFolderArg, OperatorClient, unexpected_answer},
        print::{Format, say},
    },
    tenants,
};

#[derive(Debug, Args)]
#[command(override_usage = "freehold backup [OPTIONS] <NAME|--all>...", after_help = AFTER_HELP)]
pub(in crate::cli) struct Backup {
    #[command(flatten)]
    which: Which,
    /// Keep the latest NUMBER backups of each workspace, and remove older ones [default: keep all]
    #[arg(long, value_name = "NUMBER")]
    keep: Option<Retention>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

/// Some or all: neither is a mistake.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The workspaces' names
    #[arg(value_name = "NAME")]
    names: Vec<TenantName>,
    /// All workspaces there are
    #[arg(long)]
    all: bool,
}

const AFTER_HELP: &str = "\
Examples:
  freehold backup acme beta
  freehold backup --all --keep 7
  freehold backup --all --json | jq -r '.[].file'

A workspace is in use meanwhile, and its backup is what it was at one moment. One that cannot be
backed up holds up none of the others; it is told at the end, and the exit status is 1. The folder
of backups is that of the server, or of FREEHOLD_BACKUPS where none runs. With --all the list of
workspaces is copied there too, as catalog-<time>.db. What is not in them is the master
secret: keep the file `secret` elsewhere too.

JSON: an array of what `freehold backups` prints.";

impl Backup {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<()> {
        let Self { which, keep, format, folder } = self;
        let (mut many, catalog) = folder.work(async |desk| back_up(desk, which, keep).await).await?;
        format.print(&made(&mut many), |backups| table(backups))?;
        if let Some(catalog) = catalog {
            say(format!("The list of workspaces is copied to {}.", catalog.display()));
        }
        many.finish("could not be backed up")
    }
}

async fn back_up(
    desk: &mut OperatorClient<'_>,
    Which { names, all }: Which,
    keep: Option<Retention>,
) -> anyhow::Result<(Many, Option<PathBuf>)> {
    let names = if all { tenants::all(desk).await?.into_iter().map(|tenant| tenant.name).collect() } else { names };
    let operations = names.into_iter().map(|name| (name.to_string(), Operation::Backup(name, keep)));
    let many = Many::run(desk, operations).await?;
    if !all {
        return Ok((many, None));
    }
    let Outcome::Catalog(copy) = desk.run(Operation::BackupCatalog(keep)).await? else {
        return Err(unexpected_answer());
    };
    Ok((many.without_those_gone(), Some(copy)))
}

/// Takes the backups out of the results.
pub(in crate::cli) fn made(many: &mut Many) -> Vec<BackupView> {
    let backup = |outcome| if let Outcome::Backup(backup) = outcome { Some(backup) } else { None };
    many.outcomes.drain(..).filter_map(backup).collect()
}
