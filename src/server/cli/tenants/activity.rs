//! `freehold tenants activity`: what was done in a workspace and by which user, the latest first.

use std::num::NonZeroUsize;

use backend::{Operation, Outcome};
use clap::Args;
use domain::{Limit, List, Page, TenantName};

use crate::cli::kit::{
    operator_client::{DataFolderArg, OperatorClient, unexpected_answer},
    print::{Format, say},
    table::{self, minute, text},
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Activity {
    /// The workspace's name
    name: TenantName,
    /// How many to list at most
    #[arg(long, value_name = "NUMBER", default_value = "50")]
    limit: NonZeroUsize,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold tenants activity acme
  freehold tenants activity acme --limit 1000 | grep 'user removed'
  freehold tenants activity acme --json

What a command did has no name beside it: (operator), and null in JSON. People are named as they were then.
A time that cannot be is shown as unknown, and null in JSON: Freehold did not write that row.

JSON: [{\"at\", \"actor\", \"action\", \"subject\", \"detail\"}]";

impl Activity {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { name, limit, format, folder } = self;
        let (activity, more) = folder.work(async |desk| latest(desk, &name, limit.get()).await).await?;
        format.print(&activity, |activity| table(activity))?;
        if more {
            say(format_args!("There is more: these are the latest {limit}, and --limit lists as many as you like."));
        }
        Ok(())
    }
}

/// Reads the latest entries, page by page, up to `most`. The flag says whether there are more.
async fn latest(
    desk: &mut OperatorClient<'_>,
    name: &TenantName,
    most: usize,
) -> anyhow::Result<(Vec<domain::Activity>, bool)> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let list = List { limit: Limit::MAX, cursor };
        let outcome = desk.run(Operation::TenantActivity(name.clone(), list)).await?;
        let Outcome::Activity(Page { items, next }) = outcome else { return Err(unexpected_answer()) };
        all.extend(items);
        if next.is_none() || all.len() >= most {
            let more = next.is_some() || all.len() > most;
            all.truncate(most);
            return Ok((all, more));
        }
        cursor = next;
    }
}

/// A table with a line for each entry.
pub(super) fn table(activity: &[domain::Activity]) -> String {
    table::list(["WHEN (UTC)", "WHO", "WHAT", "WHOM", "DETAIL"], activity.iter().map(row))
}

fn row(done: &domain::Activity) -> [String; 5] {
    let who = done.actor.as_ref().map_or_else(|| "(operator)".to_owned(), ToString::to_string);
    let when = done.at.map_or_else(|| "unknown".to_owned(), minute);
    [when, who, done.action.as_str().to_owned(), text(done.subject.as_ref()), text(done.detail.as_ref())]
}
