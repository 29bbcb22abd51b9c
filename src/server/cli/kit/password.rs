//! Reads a new user's password from standard input. Without it the user gets a one-time password.

use anyhow::Context;
use clap::Args;
use domain::Secret;
use jiff::Timestamp;

use crate::cli::kit::{operator_client::Refused, print::say};

/// A password, or none for a one-time one.
#[derive(Debug, Args)]
pub(in crate::cli) struct PasswordFrom {
    /// Take the password from standard input
    ///
    /// Without this a one-time password is made and printed: it must be changed at the first sign-in.
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordFrom {
    /// Reads the password, without its line end. `None` means a one-time password.
    pub(in crate::cli) fn read(&self) -> anyhow::Result<Option<Secret>> {
        if !self.password_stdin {
            return Ok(None);
        }
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).context("no password came from standard input")?;
        let password = line.trim_end_matches(['\r', '\n']);
        if password.is_empty() {
            return Err(Refused::new("the password from standard input is empty").into());
        }
        Ok(Some(Secret::from(password.to_owned())))
    }
}

/// Prints what a one-time password is for and how long it is valid, if there is one.
pub(in crate::cli) fn explain(one_time: Option<&Secret>, expires_at: Option<Timestamp>) {
    if one_time.is_some() {
        let until = expires_at.map(|at| at.strftime(" It is valid until %-d %B %Y, %H:%M UTC.").to_string());
        let until = until.unwrap_or_default();
        say(format!("The one-time password is shown this once. It must be changed at the first sign-in.{until}"));
    }
}
