//! `freehold tenants list`: all workspaces, however many.

use backend::{Operation, Outcome};
use clap::Args;
use domain::TenantView;

use crate::cli::{
    operate::{Desk, Folder, unfit},
    print::Format,
    table::{self, minute},
};

/// How many a page of the list asks for.
const PAGE: u32 = 500;

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: Folder,
}

const AFTER_HELP: &str = "\
Examples:
  freehold tenants list
  freehold tenants list | grep suspended
  freehold tenants list --json | jq -r '.[].url'

JSON: an array of what `show` prints, without people and sizes.";

impl List {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let tenants = self.folder.work(all).await?;
        self.format.print(&tenants, |tenants| {
            table::list(
                ["NAME", "STATE", "STORAGE", "CREATED (UTC)", "ADDRESS", "DISPLAY NAME"],
                tenants.iter().map(row),
            )
        })
    }
}

/// All workspaces, in the order of their names.
pub(in crate::cli) async fn all(desk: &mut Desk<'_>) -> anyhow::Result<Vec<TenantView>> {
    let mut tenants: Vec<TenantView> = Vec::new();
    loop {
        let after = tenants.last().map(|tenant| tenant.name.clone());
        let outcome = desk.run(Operation::TenantList { after, limit: PAGE }).await?;
        let Outcome::Tenants(page) = outcome else { return Err(unfit()) };
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
