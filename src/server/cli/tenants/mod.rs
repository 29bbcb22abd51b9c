//! `freehold tenants …`: the operator creates, shows, renames, suspends, resumes, moves and deletes workspaces.

mod activity;
mod create;
mod delete;
mod export;
mod forget_copies;
mod import;
mod list;
mod move_to;
mod overview;
mod show;
mod undo;

use backend::{Operation, Outcome};
use clap::{Args, Subcommand};
use domain::{DisplayName, TenantName, TenantView};

use crate::cli::kit::{
    operator_client::{DataFolderArg, unexpected_answer},
    print::{Format, say},
    table::{self, second, size},
};
pub(super) use create::created;
pub(super) use export::Export;
pub(super) use import::Import;
pub(super) use list::all;

#[derive(Debug, Subcommand)]
pub(super) enum Tenants {
    /// Make a workspace with its first owner, whether sign-up is open or not
    Create(create::Create),
    /// List all workspaces, or those looked for
    List(list::List),
    /// Show one workspace: what it is, its people, the size of its database
    #[command(after_help = show::AFTER_HELP)]
    Show(Named),
    /// Show a workspace at a glance: its people, who signed in last, what was done
    #[command(after_help = overview::AFTER_HELP)]
    Overview(Named),
    /// List what was done in a workspace and by whom, the latest first
    Activity(activity::Activity),
    /// Show what a workspace's storage says of its database: its size, rows read and written
    #[command(
        after_help = "Example:\n  freehold tenants usage acme --json\n\nTurso counts rows since the month began, libsql-server since it started, files not at all."
    )]
    Usage(Named),
    /// Give a workspace another name for people; its address stays
    #[command(after_help = "Example:\n  freehold tenants rename acme \"Acme & Daughters\"")]
    Rename(Rename),
    /// Close a workspace to everyone; nothing in it is lost
    #[command(after_help = "Example:\n  freehold tenants suspend acme\n\nRequests that have begun are waited for.")]
    Suspend(Named),
    /// Open a suspended workspace again
    #[command(after_help = "Example:\n  freehold tenants resume acme")]
    Resume(Named),
    /// Sign everyone out of a workspace
    #[command(after_help = "Example:\n  freehold tenants sign-out acme\n\nEveryone may sign in again at once.")]
    SignOut(Named),
    /// Move a workspace to another storage
    Move(move_to::Move),
    /// Go back to what a workspace had before its last move or restore
    #[command(after_help = undo::AFTER_HELP)]
    Undo(Named),
    /// Remove the older copies that moves and restores of a workspace kept
    #[command(after_help = forget_copies::AFTER_HELP)]
    ForgetCopies(Named),
    /// Delete a workspace with all that is in it, after a final backup
    Delete(delete::Delete),
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// The workspace's name
    name: TenantName,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

#[derive(Debug, Args)]
pub(super) struct Rename {
    #[command(flatten)]
    tenant: Named,
    /// Its new name for people: 1 to 80 characters
    display_name: DisplayName,
}

impl Tenants {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(command) => command.run().await,
            Self::List(command) => command.run().await,
            Self::Show(named) => show::run(named).await,
            Self::Overview(named) => overview::run(named).await,
            Self::Activity(command) => command.run().await,
            Self::Rename(Rename { tenant, display_name }) => {
                tenant.have(|name| Operation::TenantRename(name, display_name)).await
            }
            Self::Suspend(named) => {
                let said = format!("{0} is closed to everyone until `freehold tenants resume {0}`.", named.name);
                named.have(Operation::TenantSuspend).await.map(|()| say(said))
            }
            Self::Resume(named) => {
                let said = format!("{} is open.", named.name);
                named.have(Operation::TenantResume).await.map(|()| say(said))
            }
            Self::Usage(named) => named.usage().await,
            Self::SignOut(named) => named.sign_out().await,
            Self::Move(command) => command.run().await,
            Self::Undo(named) => undo::run(named).await,
            Self::ForgetCopies(named) => forget_copies::run(named).await,
            Self::Delete(command) => command.run().await,
        }
    }
}

impl Named {
    /// Runs the operation, and prints the workspace after it.
    async fn have(self, operation: impl FnOnce(TenantName) -> Operation) -> anyhow::Result<()> {
        let Outcome::Tenant(tenant) = self.folder.run(operation(self.name)).await? else {
            return Err(unexpected_answer());
        };
        self.format.print(&tenant, |tenant| table::record(&rows(tenant)))
    }

    async fn usage(self) -> anyhow::Result<()> {
        let outcome = self.folder.run(Operation::TenantUsage(self.name)).await?;
        let Outcome::Usage(usage) = outcome else { return Err(unexpected_answer()) };
        let rows = |count: Option<u64>| count.map_or_else(|| "not counted".to_owned(), |count| count.to_string());
        self.format.print(&usage, |usage| {
            table::record(&[
                table::row("database file", size(usage.bytes)),
                table::row("log (WAL)", usage.log_bytes.map_or_else(|| "none".to_owned(), size)),
                table::row("rows read", rows(usage.rows_read)),
                table::row("rows written", rows(usage.rows_written)),
            ])
        })
    }

    async fn sign_out(self) -> anyhow::Result<()> {
        let said = format!("Everyone is signed out of {}.", self.name);
        let outcome = self.folder.run(Operation::TenantSignOut(self.name)).await?;
        let Outcome::SignedOut(ended) = outcome else { return Err(unexpected_answer()) };
        let data = serde_json::json!({ "sessionsEnded": ended });
        self.format.print(&data, |_| table::record(&[table::row("sessions ended", ended)]))?;
        say(said);
        Ok(())
    }
}

/// The catalog's data of a workspace, as rows of a record.
pub(super) fn rows(tenant: &TenantView) -> Vec<[String; 2]> {
    vec![
        table::row("name", &tenant.name),
        table::row("display name", &tenant.display_name),
        table::row("state", format_args!("{} since {}", tenant.state.as_str(), second(tenant.state_since))),
        table::row("address", &tenant.url),
        table::row("storage", tenant.storage),
        table::row("database", &tenant.database),
        table::row("id", tenant.id),
        table::row("created", second(tenant.created_at)),
    ]
}
