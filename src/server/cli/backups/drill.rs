//! `freehold drill`: tests backups, a named one or random ones.

use std::{convert::Infallible, path::PathBuf, str::FromStr};

use backend::{Ambient, Operation, Outcome, Random};
use clap::{Args, ValueHint};
use domain::{BackupView, TenantName};

use crate::cli::{
    backups::{list::table, take::made},
    kit::{
        batch::Many,
        operator_client::{DataFolderArg, OperatorClient, Refused, unexpected_answer, whole},
        print::{Format, say},
        table::count,
    },
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Drill {
    /// The workspace whose latest backup is tested, or a backup's file
    #[arg(value_name = "NAME|FILE", value_hint = ValueHint::FilePath, conflicts_with = "count")]
    which: Option<Which>,
    /// How many to try, picked at random
    #[arg(long, value_name = "NUMBER", default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold drill
  freehold drill acme
  freehold drill --count 10
  freehold drill data/backups/…/20260301T120000000Z-acme.db.zst

A backup that was never restored is not proven. Each is unpacked, its checksums and every page and
reference in it are looked at; it is restored into a new database on its storage, schema and rows of
each table are compared, and the database is removed again. No workspace notices.

JSON: an array of what `freehold backups` prints.";

impl Drill {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<()> {
        let Self { which, count: number, format, folder } = self;
        let files = async |desk: &mut OperatorClient<'_>| match &which {
            Some(Which::File(file)) => Ok(vec![whole(file)?]),
            Some(Which::Latest(name)) => latest(desk, name).await,
            None => some(desk, number).await,
        };
        let mut many = folder
            .work(async |desk| {
                let files = files(desk).await?.into_iter();
                Many::run(desk, files.map(|file| (file.display().to_string(), Operation::BackupDrill(Some(file)))))
                    .await
            })
            .await?;
        let drilled = made(&mut many);
        format.print(&drilled, |drilled| table(drilled))?;
        if !drilled.is_empty() {
            say(summary(&drilled));
        }
        many.finish("could not be restored")
    }
}

/// The backup to test: the latest of a workspace, or a file.
#[derive(Debug, Clone)]
enum Which {
    Latest(TenantName),
    File(PathBuf),
}

impl FromStr for Which {
    type Err = Infallible;

    /// Parses a name, else a file. A name has neither slash nor dot, and a backup's file has at least one of them.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| Self::File(text.into()), Self::Latest))
    }
}

/// The latest backup of a workspace.
async fn latest(desk: &mut OperatorClient<'_>, name: &TenantName) -> anyhow::Result<Vec<PathBuf>> {
    let outcome = desk.run(Operation::BackupList(Some(name.clone()))).await?;
    let Outcome::Backups(backups) = outcome else { return Err(unexpected_answer()) };
    let latest = backups.into_iter().next_back().map(|backup| backup.file.into());
    let none = || Refused::new(format!("There is no backup of {name}. `freehold backups` lists all backups."));
    Ok(vec![latest.ok_or_else(none)?])
}

/// Picks this many backups at random, each at most once.
async fn some(desk: &mut OperatorClient<'_>, number: u32) -> anyhow::Result<Vec<PathBuf>> {
    let Outcome::Backups(mut all) = desk.run(Operation::BackupList(None)).await? else {
        return Err(unexpected_answer());
    };
    if all.is_empty() {
        return Err(Refused::new("there is no backup yet: `freehold backup --all` makes some").into());
    }
    all.sort_by_cached_key(|_| {
        let mut lot = [0; 8];
        Ambient.fill(&mut lot);
        lot
    });
    Ok(all.into_iter().take(number as usize).map(|backup| backup.file.into()).collect())
}

fn summary(drilled: &[BackupView]) -> String {
    let rows = drilled.iter().map(|backup| backup.rows).sum();
    let (backups, rows) = (count(drilled.len() as u64, "backup"), count(rows, "row"));
    format!("{backups} restored and compared, with {rows}, and removed again: all as they were when they were taken.")
}
