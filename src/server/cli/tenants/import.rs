//! `freehold import`: creates a workspace from a file that `freehold export` wrote or an owner downloaded.

use std::path::PathBuf;

use backend::{Operation, Outcome};
use clap::{Args, ValueHint};
use domain::{DisplayName, FindUsers, Limit, Role, TenantName, Username};

use crate::cli::{
    kit::{
        operator_client::{DataFolderArg, OperatorClient, whole},
        print::{Format, say},
    },
    tenants,
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Import {
    /// The new workspace's name: its subdomain
    name: TenantName,
    /// The file
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// The new workspace's name for people [default: the one that it was last given]
    ///
    /// The file knows it if the workspace was ever renamed.
    #[arg(long, value_name = "TEXT")]
    display_name: Option<DisplayName>,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold import acme acme.db
  freehold import acme acme.db --display-name \"Acme & Daughters\"
  freehold users reset-password acme grace

The file may come from anyone: it is copied, checked and read row by row into a new database. Its people
and its activity are taken over, no password and no session. The first owner gets a one-time password
and lets the others back in. A compressed backup (.db.zst) is taken in the same way.

JSON: {\"tenant\": {…}, \"user\": {…}, \"oneTimePassword\": text}";

impl Import {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<()> {
        let (name, file, display_name) = (self.name, whole(&self.file)?, self.display_name);
        let imported = self.folder.work(async |desk| {
            let made = desk.run(Operation::Import(name.clone(), file, display_name)).await?;
            Ok((made, owners(desk, &name).await))
        });
        let (made, owners) = imported.await?;
        let first = match &made {
            Outcome::Created { user, .. } => Some(user.username.clone()),
            _ => None,
        };
        tenants::created(self.format, made)?;
        for owner in owners.iter().filter(|owner| Some(*owner) != first.as_ref()) {
            say(format!(
                "The owner {owner} has no password: `freehold users reset-password {name} {owner}` gives one."
            ));
        }
        Ok(())
    }
}

/// The owners of the new workspace. Empty if they cannot be listed, because the import itself has succeeded.
async fn owners(desk: &mut OperatorClient<'_>, name: &TenantName) -> Vec<Username> {
    let find = FindUsers { role: Some(Role::Owner), limit: Limit::MAX, ..FindUsers::default() };
    match desk.run(Operation::UserList(name.clone(), find)).await {
        Ok(Outcome::Users(page)) => page.items.into_iter().map(|user| user.username).collect(),
        _ => Vec::new(),
    }
}
