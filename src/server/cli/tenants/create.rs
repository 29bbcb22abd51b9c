//! `freehold tenants create`: creates a workspace with its first owner.

use backend::{Operation, Outcome};
use clap::Args;
use domain::{Secret, SignUpForm, TenantView, User};
use serde::Serialize;

use super::rows;
use crate::cli::kit::{
    operator_client::{DataFolderArg, unexpected_answer},
    password::{PasswordFrom, explain},
    print::Format,
    table,
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Create {
    /// The workspace's name: its subdomain
    name: String,
    /// Its first owner
    #[arg(long, value_name = "NAME")]
    username: String,
    /// The owner's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[command(flatten)]
    password: PasswordFrom,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold tenants create acme --username ada
  printf %s \"$PASSWORD\" | freehold tenants create acme --username ada --password-stdin

JSON: {\"tenant\": {…}, \"user\": {…}, \"oneTimePassword\": text or null}";

/// The new workspace, as it is printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    tenant: TenantView,
    user: User,
    one_time_password: Option<Secret>,
}

impl Create {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let password = self.password.read()?.unwrap_or_default();
        let form = SignUpForm { tenant: self.name, username: self.username, password, email: self.email };
        created(self.format, self.folder.run(Operation::TenantCreate(form)).await?)
    }
}

/// Prints a new workspace with its owner, and the one-time password if there is one.
pub(in crate::cli) fn created(format: Format, outcome: Outcome) -> anyhow::Result<()> {
    let Outcome::Created { tenant, user, one_time_password } = outcome else { return Err(unexpected_answer()) };
    let created = Created { tenant, user, one_time_password };
    let (name, owner) = (&created.tenant.name, &created.user.username);
    let lost = format!(
        "{name} is made, and the one-time password is lost: `freehold users reset-password {name} {owner}` gives another"
    );
    format.print_once(&created, &lost, record)?;
    explain(created.one_time_password.as_ref(), created.user.one_time_password_expires_at);
    Ok(())
}

fn record(created: &Created) -> String {
    let mut rows = rows(&created.tenant);
    rows.push(table::row("owner", &created.user.username));
    rows.extend(created.one_time_password.as_ref().map(|word| table::row("one-time password", word.expose())));
    table::record(&rows)
}
