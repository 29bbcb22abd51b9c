//! `freehold completions`: prints the completions of a shell for commands, flags, roles and statuses.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::cli::{Cli, kit::print::write};

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(in crate::cli) struct Completions {
    /// The shell
    shell: Shell,
}

const AFTER_HELP: &str = "\
Examples:
  freehold completions bash > ~/.local/share/bash-completion/completions/freehold
  freehold completions zsh > ~/.zfunc/_freehold      # a folder of $fpath
  freehold completions fish > ~/.config/fish/completions/freehold.fish

A new shell knows them.";

impl Completions {
    pub(in crate::cli) fn run(self) -> anyhow::Result<()> {
        let mut script = Vec::new(); // not standard output itself, because `generate` panics if that is closed
        generate(self.shell, &mut Cli::command(), "freehold", &mut script);
        Ok(write(&script)?)
    }
}
