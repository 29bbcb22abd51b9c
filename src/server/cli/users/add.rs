//! `freehold users add`: adds a user, with a one-time password unless a password is given.

use backend::Operation;
use clap::Args;
use domain::{AddUserForm, DisplayName, Email, Role, TenantName, Username};

use super::{admission, print};
use crate::cli::kit::{operator_client::DataFolderArg, password::PasswordFrom, print::Format, table::text, values};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Add {
    /// The workspace's name
    tenant: TenantName,
    /// What they sign in with
    username: Username,
    /// Their name for people
    #[arg(long, value_name = "TEXT")]
    display_name: Option<DisplayName>,
    /// What they may do
    #[arg(long, default_value = "member", value_parser = values::role())]
    role: Role,
    /// Their e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<Email>,
    #[command(flatten)]
    password: PasswordFrom,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold users add acme grace --role admin --display-name \"Grace Hopper\" --email grace@example.com
  printf %s \"$PASSWORD\" | freehold users add acme grace --password-stdin

JSON: {\"user\": {…}, \"oneTimePassword\": text or null}";

impl Add {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { tenant, username, display_name, role, email, password, format, folder } = self;
        let form = AddUserForm {
            username: username.to_string(),
            display_name: Some(text(display_name)),
            email: Some(text(email)),
            role: Some(role.to_string()),
            password: password.read()?,
        };
        print(format, &admission(&folder, Operation::UserAdd(tenant, form)).await?)
    }
}
