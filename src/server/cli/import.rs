//! `freehold import`: a new workspace of a file that `freehold export` wrote, or that an owner downloaded.

use std::path::PathBuf;

use backend::Operation;
use clap::{Args, ValueHint};
use domain::TenantName;

use super::{
    operate::{Folder, whole},
    print::Format,
    tenants,
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Import {
    /// The new workspace's name: its subdomain
    name: TenantName,
    /// The file
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: Folder,
}

const AFTER_HELP: &str = "\
Examples:
  freehold import acme acme.db
  freehold users reset-password acme grace

Its people are those of the file, and none of them has a password: one of its owners gets a one-time
one, and lets the others back in.

JSON: {\"tenant\": {…}, \"user\": {…}, \"oneTimePassword\": text}";

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let file = whole(&self.file)?;
        tenants::created(self.format, self.folder.run(Operation::Import(self.name, file)).await?)
    }
}
