//! Output of the commands: data on standard output, as a table or as JSON, and messages on standard error.

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
    /// Prints data as JSON or as a table.
    pub(in crate::cli) fn print<T: Serialize>(self, data: &T, table: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string_pretty(data)? + "\n" } else { table(data) };
        Ok(write(text.as_bytes())?)
    }
}

impl Format {
    /// Prints data that is shown only once. If standard output fails, the refusal says what was done and what is lost.
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

/// Writes to standard output. A closed pipe is not an error, because a reader such as `head` has read enough.
pub(in crate::cli) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Prints a message.
pub(in crate::cli) fn say(sentence: impl Display) {
    drop(writeln!(stderr(), "{sentence}")); // an error of standard error cannot be reported anywhere
}
