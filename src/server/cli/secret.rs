//! `freehold secret`: creates a new master secret when the file is lost.

use backend::{Ambient, make_secret};
use clap::{Args, Subcommand};

use crate::cli::kit::{
    confirm::Confirm,
    operator_client::{DataFolderArg, Refused},
    print::say,
};

#[derive(Debug, Subcommand)]
#[command(after_help = AFTER_HELP)]
pub(super) enum Secret {
    /// Make a new secret file where it is lost for good, while no server runs
    #[command(after_help = AFTER_HELP)]
    New(New),
}

#[derive(Debug, Args)]
pub(super) struct New {
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold secret new
  freehold secret new --yes --data /var/lib/freehold/data

All sessions and API tokens are signed with the secret: with a new one everyone signs in anew.
Passwords and data stay as they are. A secret file that is there is never replaced. The file is
FREEHOLD_SECRET_FILE, or `secret` in the data folder.";

impl Secret {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::New(New { confirm, folder }) = self;
        let settings = folder.settings()?;
        confirm.ask("This makes a new secret, and signs everyone out of every workspace.", "secret")?;
        let making = tokio::task::spawn_blocking(move || make_secret(&settings, &Ambient));
        let file = making.await?.map_err(Refused::new)?;
        say(format_args!("{} is made. Everyone signs in anew. Keep a copy of it elsewhere.", file.display()));
        Ok(())
    }
}
