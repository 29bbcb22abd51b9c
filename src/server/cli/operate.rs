//! How a command reaches its data folder: through the server that runs on it, or, where none does, by opening the folder
//! itself. Either way one `Operation` is run, and its `Outcome` comes back.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use backend::{
    Ambient, Backend, Operation, Operator, Outcome,
    operator_socket::{CallError, call},
    socket_path,
};
use clap::{Args, Parser};
use domain::{Problem, Secret};

use crate::{Config, log};

/// A refusal that the one who typed can act on: exit status 1.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(String);

/// Where the command works.
#[derive(Debug, Args)]
pub(super) struct Folder {
    /// The data folder, as `freehold serve` has it
    ///
    /// While a server runs on it, the server does the work. Otherwise the folder is opened here; its other settings then
    /// come from the environment, as those of `serve` do.
    #[arg(long, env = "FREEHOLD_DATA", value_name = "FOLDER", default_value = "data")]
    data: PathBuf,
}

/// The way to a folder, kept for as long as a command takes.
pub(super) struct Desk<'a> {
    data: &'a Path,
    /// The folder itself, once it is known that nobody serves it.
    opened: Option<(Backend, Operator)>,
}

/// A password, or none for a one-time one.
#[derive(Debug, Args)]
pub(super) struct PasswordFrom {
    /// Take the password from standard input
    ///
    /// Without this a one-time password is made and printed: it opens nothing but the choice of another.
    #[arg(long)]
    password_stdin: bool,
}

/// The environment, read as `serve` reads it.
#[derive(Parser)]
struct Environment {
    #[command(flatten)]
    config: Config,
}

impl Refused {
    pub(super) fn new(why: impl Display) -> Self {
        Self(why.to_string())
    }
}

impl Folder {
    /// Has one operation done.
    pub(super) async fn run(&self, operation: Operation) -> anyhow::Result<Outcome> {
        let mut desk = self.desk()?;
        let outcome = desk.run(operation).await;
        desk.close().await;
        outcome
    }

    /// Where several operations are done.
    pub(super) fn desk(&self) -> anyhow::Result<Desk<'_>> {
        log::init("warn").map_err(Refused::new)?;
        Ok(Desk { data: &self.data, opened: None })
    }
}

impl Desk<'_> {
    /// Has the operation done.
    pub(super) async fn run(&mut self, operation: Operation) -> anyhow::Result<Outcome> {
        if self.opened.is_none() {
            match call(&socket_path(self.data), &operation).await {
                Ok(outcome) => return Ok(outcome.map_err(refused)?),
                Err(CallError::NobodyServes) => {}
                Err(error) => return Err(error).context("the server on this data folder could not be asked"),
            }
        }
        let (_, operator) = match &mut self.opened {
            Some(opened) => opened,
            none => none.insert(open(self.data, &operation).await?),
        };
        Ok(operator.run(operation).await.map_err(|error| refused(error.problem()))?)
    }

    /// Closes what was opened.
    pub(super) async fn close(self) {
        if let Some((backend, _)) = self.opened {
            backend.close().await;
        }
    }
}

/// Opens the folder, which only the first workspace makes.
async fn open(data: &Path, first: &Operation) -> Result<(Backend, Operator), Refused> {
    if !data.exists() && !matches!(first, Operation::TenantCreate(_)) {
        let what = format!("there is no data folder {}: name it with --data, or start a server", data.display());
        return Err(Refused(what));
    }
    let Environment { mut config } = Environment::try_parse_from(["freehold"]).map_err(Refused::new)?;
    data.clone_into(&mut config.data);
    let settings = config.settings(config.listen.port()).map_err(Refused::new)?;
    Backend::open(settings, Arc::new(Ambient), Arc::new(Ambient)).await.map_err(Refused::new)
}

impl PasswordFrom {
    /// The password that was given, without the end of its line.
    pub(super) fn read(&self) -> anyhow::Result<Option<Secret>> {
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

/// What is wrong, with each field on a line of its own.
fn refused(problem: Problem) -> Refused {
    let fields = problem.fields.0.iter().map(|(field, message)| format!("\n  {field}: {message}"));
    Refused(format!("{}{}", problem.sentence(), fields.collect::<String>()))
}
