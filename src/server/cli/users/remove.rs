//! `freehold users remove`: removes a user. It asks first, as the only command on users that cannot be undone.

use backend::Operation;
use clap::Args;

use super::Named;
use crate::cli::kit::{confirm::Confirm, print::say};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Remove {
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    who: Named,
}

const AFTER_HELP: &str = "\
Examples:
  freehold users remove acme grace
  freehold users remove acme grace --yes

What they did stays readable by their name. The last owner who can sign in stays. To keep somebody out and lose nothing:
freehold users disable acme grace";

impl Remove {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { who, confirm } = self;
        let (tenant, username) = (&who.tenant, &who.username);
        confirm.ask(&format!("This removes {username} from {tenant} for good."), username.as_ref())?;
        let said = format!("{username} is removed from {tenant}.");
        who.have(Operation::UserRemove).await.map(|()| say(said))
    }
}
