//! The command line. `serve` runs the server. Every other command runs operations of the operator. Data goes to standard
//! output, messages to standard error. The exit status shows the result.

mod backups;
mod catalog;
mod doctor;
mod kit;
mod manual;
mod secret;
mod serve;
mod tenants;
mod users;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use kit::{operator_client::Refused, print::say};

/// Many workspaces, a database each
///
/// People sign a workspace up and reach it on its own subdomain; every workspace has a database of its own, a file in
/// the data folder. `freehold serve` is all that is needed to begin.
#[derive(Debug, Parser)]
#[command(name = "freehold", version, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit status:
  0  done
  1  refused: the message says why and what to do
  2  the command line is wrong
  3  something unexpected

Examples:
  freehold serve
  freehold tenants create acme --username ada
  freehold users add acme grace --role admin
  freehold users list acme --status idle --json
  freehold backup --all
  freehold doctor

Data goes to standard output, everything said about it to standard error.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until SIGINT or SIGTERM
    Serve(Box<serve::Serve>),
    /// Make, show, rename, close, open, move and delete workspaces
    #[command(subcommand)]
    Tenants(tenants::Tenants),
    /// Add, find, change and remove the people of a workspace, and let them back in
    #[command(subcommand)]
    Users(users::Users),
    /// Back workspaces up, while they are in use
    Backup(backups::Backup),
    /// List the backups there are, the oldest first
    Backups(backups::Backups),
    /// Test backups: restore each into a new database, compare, remove it again
    Drill(backups::Drill),
    /// Replace what a workspace has by a backup, or bring a deleted workspace back
    Restore(backups::Restore),
    /// Write a workspace's database, without credentials, into a new file
    Export(tenants::Export),
    /// Make a workspace of an exported or downloaded file
    Import(tenants::Import),
    /// Compare the list of workspaces with what the storages have, and fix what is safe to fix
    Doctor(doctor::Doctor),
    /// Put a copy of the catalog back, the list of all workspaces
    #[command(subcommand)]
    Catalog(catalog::Catalog),
    /// Make a new master secret where it is lost
    #[command(subcommand)]
    Secret(secret::Secret),
    /// Print completions for a shell
    Completions(manual::Completions),
    /// Print the manual page, or write one for every command
    Man(manual::Man),
}

/// The exit status of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The command succeeded.
    Done = 0,
    /// The command was refused. The message says what to do.
    Refused = 1,
    /// An unexpected error.
    Unexpected = 3,
}

/// Makes a command treat an empty environment variable as unset.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |arg: &clap::Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| if is_empty(&arg) { arg.env(None::<&'static str>) } else { arg });
    command.mut_subcommands(without_empty_variables)
}

impl Cli {
    /// Parses the command line. An error in it ends the process with status 2.
    pub fn read() -> Self {
        let matches = without_empty_variables(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Runs the command.
    pub async fn run(self) -> Exit {
        let done = match self.command {
            Command::Serve(command) => command.run().await,
            Command::Tenants(command) => command.run().await,
            Command::Users(command) => command.run().await,
            Command::Backup(command) => command.run().await,
            Command::Backups(command) => command.run().await,
            Command::Drill(command) => command.run().await,
            Command::Restore(command) => command.run().await,
            Command::Export(command) => command.run().await,
            Command::Import(command) => command.run().await,
            Command::Doctor(command) => command.run().await,
            Command::Catalog(command) => command.run().await,
            Command::Secret(command) => command.run().await,
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
        };
        match done {
            Ok(()) => Exit::Done,
            Err(error) => match error.downcast::<Refused>() {
                Ok(refused) => Exit::Refused.with(&refused.to_string()),
                Err(error) => Exit::unexpected(&error),
            },
        }
    }
}

impl Exit {
    /// Prints an unexpected error with its whole chain.
    pub fn unexpected(error: &anyhow::Error) -> Self {
        Self::Unexpected.with(&format!("{error:#}"))
    }

    fn with(self, message: &str) -> Self {
        say(format_args!("freehold: {message}"));
        self
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verify_cli() {
        Cli::command().debug_assert();
    }
}
