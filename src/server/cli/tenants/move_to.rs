//! `freehold tenants move`: moves a workspace to another storage.

use backend::Operation;
use clap::Args;
use domain::Storage;

use super::Named;
use crate::cli::kit::{print::say, values};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Move {
    #[command(flatten)]
    tenant: Named,
    /// What to keep its database on
    #[arg(long, value_name = "STORAGE", value_parser = values::storage())]
    to: Storage,
}

const AFTER_HELP: &str = "\
Examples:
  freehold tenants move acme --to libsql-server
  freehold tenants undo acme
  freehold tenants forget-copies acme

The workspace answers 503 while it is copied and compared, for ten minutes at most: after that it
stays where it is. It is pointed at the new copy when that holds the same rows in the same tables,
and not before. The old copy is kept until `freehold tenants forget-copies`. Nobody is signed out.

New workspaces are kept on what `freehold serve --storage` says.";

impl Move {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (name, to) = (self.tenant.name.clone(), self.to);
        self.tenant.have(|name| Operation::TenantMove(name, to)).await?;
        say(format_args!(
            "{name} is on {to}. Its old copy is kept: `freehold tenants undo {name}` goes back to it, \
            `freehold tenants forget-copies {name}` removes it."
        ));
        Ok(())
    }
}
