//! Asks for confirmation before a command that cannot be undone.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use clap::Args;

use crate::cli::kit::operator_client::Refused;

/// Whether to ask before what cannot be undone.
#[derive(Debug, Args)]
pub(in crate::cli) struct Confirm {
    /// Do it without asking
    ///
    /// Without this a terminal is asked to type the name, and anything else is refused.
    #[arg(long)]
    yes: bool,
}

impl Confirm {
    /// Succeeds if `--yes` is given, or if the user at the terminal types the word.
    pub(in crate::cli) fn ask(&self, what: &str, word: &str) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        if !stdin().is_terminal() {
            return Err(Refused::new(format!("{what} Nobody is at a terminal to confirm it: add --yes.")).into());
        }
        write!(stderr(), "{what}\nType {word} to go on: ")?;
        Ok(typed(stdin().lock(), word)?)
    }
}

/// Checks that the next line is this word.
fn typed(mut input: impl BufRead, word: &str) -> Result<(), Refused> {
    let mut line = String::new();
    input.read_line(&mut line).map_err(Refused::new)?;
    if line.trim() == word { Ok(()) } else { Err(Refused::new(format!("that was not {word}: nothing was done"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_word_goes_on() {
        assert!(typed(&b"grace\n"[..], "grace").is_ok());
        for other in ["", "\n", "y\n", "yes\n", "Grace\n", "grac\n"] {
            assert!(typed(other.as_bytes(), "grace").is_err(), "{other:?}");
        }
    }
}
