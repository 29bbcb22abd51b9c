//! Runs many operations one after another. A terminal shows the progress. A refused operation does not stop the others, and is
//! reported at the end.

use std::fmt::Display;

use backend::{Operation, Outcome};
use domain::{Code, Problem};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::kit::operator_client::{OperatorClient, Refused};

/// The results of many operations.
pub(in crate::cli) struct Many {
    pub(in crate::cli) outcomes: Vec<Outcome>,
    refused: Vec<(String, Problem)>,
    all: usize,
}

impl Many {
    /// Runs the operations one after another. Each has a name for messages.
    pub(in crate::cli) async fn run(
        desk: &mut OperatorClient<'_>,
        operations: impl ExactSizeIterator<Item = (String, Operation)>,
    ) -> anyhow::Result<Self> {
        let mut many = Self { outcomes: Vec::new(), refused: Vec::new(), all: operations.len() };
        let bar = bar(many.all);
        for (name, operation) in operations {
            bar.set_message(name.clone());
            match desk.ask(operation).await? {
                Ok(outcome) => many.outcomes.push(outcome),
                Err(problem) => many.refused.push((name, problem)),
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(many)
    }

    /// Removes the refusals of workspaces that no longer exist. They may have been deleted since the list was read.
    pub(in crate::cli) fn without_those_gone(mut self) -> Self {
        self.refused.retain(|(_, problem)| problem.code != Code::UnknownTenant);
        self
    }

    /// Reports all refused operations, each on a line of its own.
    pub(in crate::cli) fn finish(self, failed: impl Display) -> anyhow::Result<()> {
        if self.refused.is_empty() {
            return Ok(());
        }
        let lines = self.refused.iter().map(|(name, problem)| format!("\n  {name}: {}", problem.sentence()));
        let (some, all, lines) = (self.refused.len(), self.all, lines.collect::<String>());
        Err(Refused::new(format!("{some} of {all} {failed}:{lines}")).into())
    }
}

/// The progress bar. It is drawn on standard error, and only on a terminal.
fn bar(all: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} {wide_msg}");
    ProgressBar::new(all as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
