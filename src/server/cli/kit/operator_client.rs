//! Runs an operation on a data folder and returns its `Outcome`. The server that runs on the folder does the work. Without a
//! server the command opens the folder itself.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use backend::{
    Ambient, Backend, OpenError, Operation, Operator, Outcome, Settings,
    operator_socket::{CallError, call},
    socket_path,
};
use clap::{Args, CommandFactory, FromArgMatches, Parser, ValueHint};
use domain::{Code, Problem, TenantName};

use crate::cli::without_empty_variables;
use crate::{Config, log};

/// A refusal that the user of the command line can act on. The exit status is 1.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::cli) struct Refused(String);

/// How many times a command checks whether another process has released the data folder: a server that starts, or another
/// command.
const LOOKS: u32 = 200;
/// Pause between two checks, which gives ten seconds in all.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the command works.
#[derive(Debug, Args)]
pub(in crate::cli) struct DataFolderArg {
    /// The data folder, as `freehold serve` has it
    ///
    /// While a server runs on it, the server does the work. Otherwise the folder is opened here; its other settings then
    /// come from the environment, as those of `serve` do.
    #[arg(long, env = "FREEHOLD_DATA", value_name = "FOLDER", default_value = "data", value_hint = ValueHint::DirPath)]
    data: PathBuf,
}

/// The connection of a command to a data folder.
pub(in crate::cli) struct OperatorClient<'a> {
    data: &'a Path,
    /// The opened folder. `None` until it is known that no server runs on it.
    opened: Option<(Backend, Operator)>,
}

/// The environment, read as `serve` reads it.
#[derive(Parser)]
struct Environment {
    #[command(flatten)]
    config: Config,
}

impl Refused {
    pub(in crate::cli) fn new(why: impl Display) -> Self {
        Self(why.to_string())
    }
}

impl DataFolderArg {
    /// The settings that `serve` would use on this folder, from the environment.
    pub(in crate::cli) fn settings(&self) -> Result<Settings, Refused> {
        settings(&self.data)
    }

    /// Runs one operation.
    pub(in crate::cli) async fn run(&self, operation: Operation) -> anyhow::Result<Outcome> {
        self.work(async |desk| desk.run(operation).await).await
    }

    /// Runs several operations on the same folder.
    pub(in crate::cli) async fn work<T>(
        &self,
        work: impl AsyncFnOnce(&mut OperatorClient<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let _log = log::init("warn").map_err(Refused::new)?;
        let mut desk = OperatorClient { data: &self.data, opened: None };
        let done = work(&mut desk).await;
        desk.close().await;
        done
    }
}

impl OperatorClient<'_> {
    /// Runs the operation. A refusal is an error.
    pub(in crate::cli) async fn run(&mut self, operation: Operation) -> anyhow::Result<Outcome> {
        let tenant = people_of(&operation).cloned();
        Ok(self.ask(operation).await?.map_err(|problem| refused(problem, tenant.as_ref()))?)
    }

    /// Whether a workspace has this name.
    pub(in crate::cli) async fn has(&mut self, name: &TenantName) -> anyhow::Result<bool> {
        if !self.data.exists() {
            return Ok(false);
        }
        match self.ask(Operation::TenantShow(name.clone())).await? {
            Ok(_) => Ok(true),
            Err(problem) if problem.code == Code::UnknownTenant => Ok(false),
            Err(problem) => Err(refused(problem, None).into()),
        }
    }

    /// Runs the operation. A refusal is returned as a value.
    pub(in crate::cli) async fn ask(&mut self, operation: Operation) -> anyhow::Result<Result<Outcome, Problem>> {
        let mut looks = LOOKS;
        while self.opened.is_none() {
            match call(&socket_path(self.data), &operation).await {
                Ok(outcome) => return Ok(outcome),
                Err(CallError::NobodyServes) => {}
                Err(error @ (CallError::Denied | CallError::Silent | CallError::Ended)) => {
                    return Err(Refused::new(error).into());
                }
                Err(error) => return Err(error).context("the server on this data folder could not be asked"),
            }
            match open(self.data, &operation).await? {
                Ok(opened) => self.opened = Some(opened),
                Err(OpenError::Locked { .. }) if looks > 0 => {
                    looks -= 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(Refused::new(error).into()),
            }
        }
        let Some((_, operator)) = &self.opened else { anyhow::bail!("the data folder is not open") };
        Ok(operator.run(operation).await.map_err(|error| error.problem()))
    }

    /// Closes the folder if it was opened.
    async fn close(self) {
        if let Some((backend, _)) = self.opened {
            backend.close().await;
        }
    }
}

/// Opens the folder. A missing folder is created only for an operation that may make its first workspace: a create, an import,
/// or a restore from a file.
async fn open(data: &Path, first: &Operation) -> Result<Result<(Backend, Operator), OpenError>, Refused> {
    let makes = matches!(first, Operation::TenantCreate(_) | Operation::Import(..) | Operation::Restore(_, Some(_)));
    if !data.exists() && !makes {
        let what = format!("there is no data folder {}: name it with --data, or start a server", data.display());
        return Err(Refused(what));
    }
    Ok(Backend::open(settings(data)?, Arc::new(Ambient), Arc::new(Ambient)).await)
}

fn settings(data: &Path) -> Result<Settings, Refused> {
    let environment = without_empty_variables(Environment::command()).try_get_matches_from(["freehold"]);
    let environment = environment.and_then(|matches| Environment::from_arg_matches(&matches));
    let Environment { mut config } = environment.map_err(Refused::new)?;
    data.clone_into(&mut config.data);
    config.settings(config.listen.port()).map_err(Refused::new)
}

/// The workspace of an operation that looks for a user. `None` for other operations.
fn people_of(operation: &Operation) -> Option<&TenantName> {
    match operation {
        Operation::UserShow(tenant, _)
        | Operation::UserResetPassword(tenant, _)
        | Operation::UserChange(tenant, ..)
        | Operation::UserSignOut(tenant, _)
        | Operation::UserRemove(tenant, _) => Some(tenant),
        _ => None,
    }
}

/// Writes a problem as a sentence, with the command that helps. Several fields get a line each.
fn refused(problem: Problem, tenant: Option<&TenantName>) -> Refused {
    let look = match (problem.code, tenant) {
        (Code::UnknownTenant, _) => " `freehold tenants list` shows all there are.".to_owned(),
        (Code::NotFound, Some(tenant)) => format!(" `freehold users list {tenant}` shows all there are."),
        _ => String::new(),
    };
    let fields: Vec<_> = problem.fields.0.iter().collect();
    let lines = || fields.iter().map(|(field, message)| format!("\n  {field}: {message}")).collect::<Vec<_>>().concat();
    Refused(match (&problem.detail, &fields[..]) {
        (None, [(_, message)]) => (*message).clone(),
        (None, [_, ..]) => format!("Several values cannot be used:{}", lines()),
        _ => format!("{}{look}{}", problem.sentence(), lines()),
    })
}

/// The absolute path of a file, because the server has another working directory.
pub(in crate::cli) fn whole(file: &Path) -> Result<PathBuf, Refused> {
    std::path::absolute(file).map_err(|error| Refused(format!("{}: {error}", file.display())))
}

/// The error for an outcome that does not belong to the operation.
pub(in crate::cli) fn unexpected_answer() -> anyhow::Error {
    anyhow::anyhow!("the answer does not fit the question")
}
