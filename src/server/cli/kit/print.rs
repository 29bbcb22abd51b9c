//! Where a command's words go: its data to standard output, as a table or as JSON, and everything said about it to
//! standard error.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write, stderr, stdout},
};

use clap::Args;
use serde::Serialize;

use crate::cli::kit::operator_client::Refused;

/// How data is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Format {
    /// Print one JSON document in place of a table
    ///
    /// A list is an array. Members are in camelCase, times in RFC 3339 and UTC, sizes in bytes; what is not there is null.
    #[arg(long)]
    json: bool,
}

impl Format {
    /// Prints data: as its own serde has it, or as a table.
    pub(in crate::cli) fn print<T: Serialize>(self, data: &T, table: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string_pretty(data)? + "\n" } else { table(data) };
        Ok(write(text.as_bytes())?)
    }
}

impl Format {
    /// Prints what is shown this once. Where standard output does not take it, the refusal says what was done and what is
    /// lost.
    pub(in crate::cli) fn print_once<T: Serialize>(
        self,
        data: &T,
        lost: &str,
        table: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        let printed = self.print(data, table);
        printed.map_err(|error| Refused::new(format!("Cannot write to standard output: {error}. {lost}.")).into())
    }
}

/// Writes to standard output. Who closes it, as `head` does, has read enough.
pub(in crate::cli) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Says a sentence to whoever watches.
pub(in crate::cli) fn say(sentence: impl Display) {
    drop(writeln!(stderr(), "{sentence}")); // where nobody listens there is nobody to tell
}
