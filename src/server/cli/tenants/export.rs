//! `freehold export`: writes the data of a workspace to a SQLite file.

use std::path::PathBuf;

use backend::{Operation, Outcome};
use clap::{Args, ValueHint};
use domain::TenantName;

use crate::cli::kit::{
    operator_client::{DataFolderArg, Refused, unexpected_answer, whole},
    print::Format,
    table::{record, row, size},
};

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Export {
    /// The workspace's name
    name: TenantName,
    /// The file, which must not be there
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

const AFTER_HELP: &str = "\
Examples:
  freehold export acme acme.db
  sqlite3 acme.db 'SELECT username, email FROM users'

It is a SQLite database of all that is in the workspace, at one moment, without sessions and
passwords. Where a server runs the server writes it, and its user owns it.
The copy is made beside FILE: where the data folder's disk is full, name one on another disk.
`freehold import` makes a workspace of it.

JSON: {\"file\", \"bytes\"}";

impl Export {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<()> {
        if self.file.as_os_str() == "-" {
            let what = "Standard output cannot be written to: the server writes the file. Name a file (`./-` is one called -).";
            return Err(Refused::new(what).into());
        }
        let file = whole(&self.file)?;
        let outcome = self.folder.run(Operation::Export(self.name, file.clone())).await?;
        let Outcome::Written(bytes) = outcome else { return Err(unexpected_answer()) };
        let data = serde_json::json!({ "file": file, "bytes": bytes });
        self.format.print(&data, |_| record(&[row("file", file.display()), row("size", size(bytes))]))
    }
}
