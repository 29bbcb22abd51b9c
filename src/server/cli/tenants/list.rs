//! `freehold tenants list`: lists all workspaces, or those that match. It reads as many pages as there are.

use backend::{Operation, Outcome};
use clap::{Args, ValueEnum};
use domain::{FindTenants, TenantState, TenantView};

use crate::cli::kit::{
    operator_client::{DataFolderArg, OperatorClient, unexpected_answer},
    print::{Format, say},
    table::{self, minute},
    values,
};

/// Workspaces a page.
const PAGE: u32 = 500;

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct List {
    /// Only those in this state
    #[arg(long, value_parser = values::state())]
    state: Option<TenantState>,
    /// Only those in whose name or display name this text is, in any case
    #[arg(long, value_name = "TEXT")]
    q: Option<String>,
    /// In which order
    #[arg(long, value_enum, default_value = "name")]
    sort: Order,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    /// by name, from a to z
    Name,
    /// by the time of creation, the oldest first
    Created,
}

const AFTER_HELP: &str = "\
Examples:
  freehold tenants list
  freehold tenants list --state suspended
  freehold tenants list --q acme --sort created
  freehold tenants list --json | jq -r '.[].url'

JSON: an array of what `show` prints, without people and sizes.";

impl List {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { state, q, sort, format, folder } = self;
        let find = FindTenants { state, q: q.unwrap_or_default() };
        let is_part = find != FindTenants::default();
        let mut tenants = folder.work(async |desk| found(desk, find).await).await?;
        if sort == Order::Created {
            tenants.sort_by_key(|tenant| tenant.created_at); // the sort is stable, so equal times stay in the order of names
        }
        format.print(&tenants, |tenants| {
            table::list(
                ["NAME", "STATE", "STORAGE", "CREATED (UTC)", "ADDRESS", "DISPLAY NAME"],
                tenants.iter().map(row),
            )
        })?;
        if is_part && tenants.is_empty() {
            say("No workspaces match.");
        }
        Ok(())
    }
}

/// All workspaces, in the order of their names.
pub(in crate::cli) async fn all(desk: &mut OperatorClient<'_>) -> anyhow::Result<Vec<TenantView>> {
    found(desk, FindTenants::default()).await
}

/// The workspaces that match, in the order of their names.
async fn found(desk: &mut OperatorClient<'_>, find: FindTenants) -> anyhow::Result<Vec<TenantView>> {
    let mut tenants: Vec<TenantView> = Vec::new();
    loop {
        let after = tenants.last().map(|tenant| tenant.name.clone());
        let outcome = desk.run(Operation::TenantList { after, limit: PAGE, find: find.clone() }).await?;
        let Outcome::Tenants(page) = outcome else { return Err(unexpected_answer()) };
        let is_last = page.len() < PAGE as usize;
        tenants.extend(page);
        if is_last {
            return Ok(tenants);
        }
    }
}

fn row(tenant: &TenantView) -> [String; 6] {
    let TenantView { name, display_name, state, storage, url, created_at, .. } = tenant;
    let (state, storage) = (state.as_str().to_owned(), storage.to_string());
    [name.to_string(), state, storage, minute(*created_at), url.clone(), display_name.to_string()]
}
