//! `freehold doctor`: checks the database of each workspace, then the storages, for databases that no workspace has.

use std::collections::BTreeSet;

use backend::{Operation, Outcome};
use clap::Args;
use domain::Finding;

use crate::cli::{
    kit::{
        batch::Many,
        operator_client::{DataFolderArg, OperatorClient, Refused},
        print::{Format, say},
        table::{self, count, text},
    },
    tenants,
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Doctor {
    /// Fix what is safe to fix: remove what is half made, move files that no workspace has to the folder orphans
    #[arg(long)]
    fix: bool,
    /// Read all of each database, every page and every reference
    #[arg(long)]
    deep: bool,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold doctor
  freehold doctor --deep --json
  freehold doctor --fix

What may be wrong:
  orphan       a storage has a database that no workspace has
  half-made    a database was begun or removed, and that was not finished
  missing      a workspace's database is not there
  unreachable  its storage does not answer
  damaged      it cannot be read, or not all of it
  schema       its tables are not those that its version says

Nothing is changed without --fix. The exit status is 0 if no problem is left, and 1 otherwise.

JSON: [{\"tenant\", \"storage\", \"database\", \"ailment\", \"detail\", \"mended\"}]";

impl Doctor {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { fix, deep, format, folder } = self;
        let (mut many, looked) = folder.work(async |desk| examine(desk, fix, deep).await).await?;
        let found = findings(&mut many);
        if found.is_empty() {
            format.print(&found, |_| String::new())?;
            many.finish("could not be checked")?;
            say(format_args!("No problems found: {looked} checked, no orphaned databases."));
            return Ok(());
        }
        format.print(&found, |found| table(found))?;
        advise(&found);
        many.finish("could not be checked")?;
        verdict(&found)
    }
}

/// Checks all workspaces and the storages. Returns the results and how many workspaces were checked.
async fn examine(desk: &mut OperatorClient<'_>, fix: bool, deep: bool) -> anyhow::Result<(Many, String)> {
    let tenants = tenants::all(desk).await?;
    let looked = count(tenants.len() as u64, "workspace");
    let each = tenants.into_iter().map(|tenant| tenant.name);
    let mut operations: Vec<_> = each.map(|name| (name.to_string(), Operation::DoctorTenant { name, deep })).collect();
    operations.push(("the storages".to_owned(), Operation::DoctorStorages { fix }));
    Ok((Many::run(desk, operations.into_iter()).await?.without_those_gone(), looked))
}

fn findings(many: &mut Many) -> Vec<Finding> {
    let found = |outcome| if let Outcome::Findings(found) = outcome { found } else { Vec::new() };
    many.outcomes.drain(..).flat_map(found).collect()
}

fn table(found: &[Finding]) -> String {
    table::list(["WORKSPACE", "STORAGE", "DATABASE", "PROBLEM", "FIXED", "DETAIL"], found.iter().map(row))
}

fn row(finding: &Finding) -> [String; 6] {
    let Finding { tenant, storage, database, ailment, detail, mended } = finding;
    let mended = if *mended { "yes" } else { "no" }.to_owned();
    let (ailment, detail) = (ailment.as_str().to_owned(), detail.clone());
    [text(tenant.as_ref()), storage.to_string(), text(database.as_ref()), ailment, mended, detail]
}

/// Prints the advice for each kind of finding that is not fixed, once for each workspace for which the advice differs.
fn advise(found: &[Finding]) {
    let left = found.iter().filter(|finding| !finding.mended);
    let advice = left.map(|finding| (finding.ailment.as_str(), finding.ailment.advice(finding.tenant.as_ref())));
    for (word, advice) in advice.collect::<BTreeSet<_>>() {
        say(format_args!("{word}: {advice}."));
    }
}

/// Refuses if a finding is not fixed.
fn verdict(found: &[Finding]) -> anyhow::Result<()> {
    let left = found.iter().filter(|finding| !finding.mended).count();
    if left > 0 {
        return Err(Refused::new(format!("not fixed: {left} of {}", count(found.len() as u64, "finding"))).into());
    }
    say(format_args!("{} fixed.", count(found.len() as u64, "finding")));
    Ok(())
}
