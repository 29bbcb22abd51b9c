//! `freehold tenants undo`: goes back to the data before the last move or restore.

use backend::Operation;

use super::Named;
use crate::cli::kit::print::say;

pub(super) const AFTER_HELP: &str = "\
Examples:
  freehold tenants undo acme
  freehold tenants show acme

What was done in the workspace since is in the copy that it has now. That is kept in its turn:
another undo goes back to it. Requests that have begun are waited for; others are answered 503 for
that moment.";

pub(super) async fn run(named: Named) -> anyhow::Result<()> {
    let said = format!(
        "{0} has what it had before. What it had until now is kept: another `freehold tenants undo {0}` goes back to it.",
        named.name
    );
    named.have(Operation::TenantUndo).await.map(|()| say(said))
}
