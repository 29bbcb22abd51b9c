//! `freehold catalog`: restores the catalog from a copy.

use std::path::PathBuf;

use backend::{Ambient, RestoredCatalog, restore_catalog};
use clap::{Args, Subcommand, ValueHint};

use crate::cli::kit::{
    operator_client::{DataFolderArg, Refused},
    print::say,
    table::count,
};

#[derive(Debug, Subcommand)]
#[command(after_help = AFTER_HELP)]
pub(super) enum Catalog {
    /// Put a copy of the catalog in its place, while no server runs
    #[command(after_help = AFTER_HELP)]
    Restore(Restore),
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The copy [default: the newest in the folder of backups that is whole]
    #[arg(value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold catalog restore
  freehold catalog restore data/backups/catalog-20260301T120000000Z.db

The catalog is the list of workspaces and of where their databases are. `freehold backup --all` and
`freehold serve --backup-every` copy it into the folder of backups.

The copy is checked first: every page, its schema, every row. The catalog that was there, and its
log, are moved aside, not deleted. Databases of workspaces that were made after the copy stay where
they are: `freehold doctor` lists them, `freehold doctor --fix` moves them to the folder orphans, and
`freehold import` makes workspaces of them.";

impl Catalog {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Restore(Restore { file, folder }) = self;
        let settings = folder.settings()?;
        let restoring = tokio::task::spawn_blocking(move || restore_catalog(&settings, file, &Ambient));
        let RestoredCatalog { copy, workspaces, before, unusable } = restoring.await?.map_err(Refused::new)?;
        for (copy, why) in unusable {
            say(format_args!("{} cannot be used: {why}", copy.display()));
        }
        if let Some(before) = before {
            say(format_args!("The catalog that was there is {} now.", before.display()));
        }
        let workspaces = count(workspaces as u64, "workspace");
        say(format_args!("{} is the catalog now; it has {workspaces}.", copy.display()));
        say("Start the server, then run `freehold doctor`.");
        Ok(())
    }
}
