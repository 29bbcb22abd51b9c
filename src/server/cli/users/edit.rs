//! `freehold users edit`: changes a user's display name, email address and role.

use std::str::FromStr;

use backend::Operation;
use clap::Args;
use domain::{ChangeUserForm, DisplayName, Email, Role};

use super::Named;
use crate::cli::kit::values;

#[derive(Debug, Args)]
#[command(override_usage = "freehold users edit [OPTIONS] <TENANT> <USERNAME>", after_help = AFTER_HELP)]
pub(in crate::cli) struct Edit {
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    who: Named,
}

/// At least one of them: nothing to change is a mistake.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Change {
    /// Their name for people; an empty text removes it
    #[arg(long, value_name = "TEXT", value_parser = or_empty::<DisplayName>)]
    display_name: Option<String>,
    /// Their e-mail address; an empty text removes it
    #[arg(long, value_name = "ADDRESS", value_parser = or_empty::<Email>)]
    email: Option<String>,
    /// What they may do
    #[arg(long, value_parser = values::role())]
    role: Option<Role>,
}

const AFTER_HELP: &str = "\
Examples:
  freehold users edit acme grace --role owner
  freehold users edit acme grace --display-name \"Grace Hopper\" --email ''

What is not named stays as it is. A username is for ever. The last owner who can sign in stays an owner.";

impl Edit {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Change { display_name, email, role } = self.change;
        let role = role.map(|role| role.to_string());
        let form = ChangeUserForm { display_name, email, role, disabled: None };
        self.who.have(|tenant, username| Operation::UserChange(tenant, username, form)).await
    }
}

/// Accepts a text that is empty or parses as `T`.
fn or_empty<T: FromStr>(text: &str) -> Result<String, T::Err> {
    match text.trim() {
        "" => Ok(String::new()),
        text => text.parse::<T>().map(|_| text.to_owned()),
    }
}
