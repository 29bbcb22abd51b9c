//! `freehold users list`: lists all users of a workspace, or those that match. It reads as many pages as there are.

use backend::{Operation, Outcome};
use clap::Args;
use domain::{FindUsers, Limit, Page, Role, TenantName, User, UserStatus};

use super::line;
use crate::cli::kit::{
    operator_client::{DataFolderArg, OperatorClient, unexpected_answer},
    print::{Format, say},
    table, values,
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct List {
    /// The workspace's name
    tenant: TenantName,
    /// Only those in whose username, display name or e-mail address this text is, in any case
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only those with this role
    #[arg(long, value_parser = values::role())]
    role: Option<Role>,
    /// Only those in this status
    #[arg(long, value_parser = values::status())]
    status: Option<UserStatus>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold users list acme
  freehold users list acme --role member --status idle
  freehold users list acme --search example.com --json | jq -r '.[].username'

JSON: an array of what `show` prints.";

impl List {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { tenant, search, role, status, format, folder } = self;
        let find = FindUsers {
            q: search.unwrap_or_default().trim().to_owned(),
            role,
            status,
            limit: Limit::MAX,
            ..FindUsers::default()
        };
        let users = folder.work(async |desk| all(desk, &tenant, find).await).await?;
        format.print(&users, |users| {
            table::list(
                ["USERNAME", "ROLE", "STATUS", "LAST SIGN-IN (UTC)", "EMAIL", "DISPLAY NAME"],
                users.iter().map(line),
            )
        })?;
        if users.is_empty() {
            say("No users match.");
        }
        Ok(())
    }
}

async fn all(desk: &mut OperatorClient<'_>, tenant: &TenantName, mut find: FindUsers) -> anyhow::Result<Vec<User>> {
    let mut users = Vec::new();
    loop {
        let outcome = desk.run(Operation::UserList(tenant.clone(), find.clone())).await?;
        let Outcome::Users(Page { items, next }) = outcome else { return Err(unexpected_answer()) };
        users.extend(items);
        if next.is_none() {
            return Ok(users);
        }
        find.cursor = next;
    }
}
