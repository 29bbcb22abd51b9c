//! `freehold tenants show`: the catalog's data of a workspace, and the numbers of users from its database.

use backend::{Operation, Outcome};
use domain::{Overview, TenantView};
use serde::Serialize;

use super::{Named, overview, rows};
use crate::cli::kit::{operator_client::unexpected_answer, table};

pub(super) const AFTER_HELP: &str = "\
Examples:
  freehold tenants show acme
  freehold tenants show acme --json | jq .people.idle

JSON: {\"id\", \"name\", \"displayName\", \"state\", \"stateSince\", \"storage\", \"database\", \"url\", \"createdAt\"} and the
members of `freehold tenants overview`. Where the database cannot be read these are missing, and the exit status is 1.";

/// A workspace, with the numbers from its database if that can be read.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    tenant: TenantView,
    #[serde(flatten)]
    overview: Option<Overview>,
}

/// Shows the workspace even if its database cannot be read, because the operator then needs it most.
pub(super) async fn run(Named { name, format, folder }: Named) -> anyhow::Result<()> {
    let asked = folder.work(async |desk| {
        let tenant = desk.run(Operation::TenantShow(name.clone())).await?;
        Ok((tenant, desk.run(Operation::TenantOverview(name)).await))
    });
    let (Outcome::Tenant(tenant), overview) = asked.await? else { return Err(unexpected_answer()) };
    let (overview, failed) = match overview {
        Ok(Outcome::Overview(overview)) => (Some(overview), None),
        Ok(_) => return Err(unexpected_answer()),
        Err(error) => (None, Some(error)),
    };
    format.print(&Shown { tenant, overview }, record)?;
    failed.map_or(Ok(()), Err)
}

fn record(Shown { tenant, overview }: &Shown) -> String {
    let mut all = rows(tenant);
    all.extend(overview.iter().flat_map(overview::rows));
    table::record(&all)
}
