//! `freehold tenants forget-copies`: removes the copies that moves and restores kept for an undo.

use backend::{Operation, Outcome};

use super::Named;
use crate::cli::kit::{
    operator_client::unexpected_answer,
    print::say,
    table::{record, row},
};

pub(super) const AFTER_HELP: &str = "\
Example:
  freehold tenants forget-copies acme

`freehold tenants undo` has nothing to go back to then. Backups stay.

JSON: {\"copiesRemoved\"}";

pub(super) async fn run(Named { name, format, folder }: Named) -> anyhow::Result<()> {
    let said = format!("No older copy of {name} is kept.");
    let Outcome::Removed(gone) = folder.run(Operation::TenantForgetCopies(name)).await? else {
        return Err(unexpected_answer());
    };
    let data = serde_json::json!({ "copiesRemoved": gone });
    format.print(&data, |_| record(&[row("copies removed", gone)]))?;
    say(said);
    Ok(())
}
