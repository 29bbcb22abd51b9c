//! `freehold drill`: tries backups, one that is named or random ones.

use std::path::PathBuf;

use backend::{Ambient, Operation, Outcome, Random};
use clap::{Args, ValueHint};
use domain::BackupView;

use super::{
    backup::made,
    backups::table,
    many::Many,
    operate::{Desk, Folder, Refused, unfit, whole},
    print::{Format, say},
    table::count,
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Drill {
    /// The backup to try, by its file
    #[arg(value_hint = ValueHint::FilePath, conflicts_with = "count")]
    file: Option<PathBuf>,
    /// How many to try, picked at random
    #[arg(long, value_name = "NUMBER", default_value = "1", value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: Folder,
}

const AFTER_HELP: &str = "\
Examples:
  freehold drill
  freehold drill --count 10
  freehold drill data/backups/…/20260301T120000000Z-acme.db.zst

A backup that was never restored is none. Each is unpacked, its checksums and every page and
reference in it are looked at; it is restored into a new database on its storage, schema and rows of
each table are compared, and the database is removed again. No workspace notices.

JSON: an array of what `freehold backups` prints.";

impl Drill {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self { file, count: number, format, folder } = self;
        let files = async |desk: &mut Desk<'_>| match &file {
            Some(file) => Ok(vec![whole(file)?]),
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

/// As many of the backups, picked at random, none twice.
async fn some(desk: &mut Desk<'_>, number: u32) -> anyhow::Result<Vec<PathBuf>> {
    let Outcome::Backups(mut all) = desk.run(Operation::BackupList(None)).await? else { return Err(unfit()) };
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
