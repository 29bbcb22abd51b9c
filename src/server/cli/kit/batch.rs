//! Many operations in a row: a terminal is shown how far they are; those that are refused hold up none of the others, and
//! are told at the end.

use std::fmt::Display;

use backend::{Operation, Outcome};
use domain::{Code, Problem};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::kit::operator_client::{Desk, Refused};

/// What came of many operations.
pub(in crate::cli) struct Many {
    pub(in crate::cli) outcomes: Vec<Outcome>,
    refused: Vec<(String, Problem)>,
    all: usize,
}

impl Many {
    /// Has them done, one after the other; each has a name to be told by.
    pub(in crate::cli) async fn run(
        desk: &mut Desk<'_>,
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

    /// Leaves those out whose workspace is gone: of all there were when they began, some may be deleted since.
    pub(in crate::cli) fn without_those_gone(mut self) -> Self {
        self.refused.retain(|(_, problem)| problem.code != Code::UnknownTenant);
        self
    }

    /// Tells of all that were refused, each on a line of its own.
    pub(in crate::cli) fn finish(self, failed: impl Display) -> anyhow::Result<()> {
        if self.refused.is_empty() {
            return Ok(());
        }
        let lines = self.refused.iter().map(|(name, problem)| format!("\n  {name}: {}", problem.sentence()));
        let (some, all, lines) = (self.refused.len(), self.all, lines.collect::<String>());
        Err(Refused::new(format!("{some} of {all} {failed}:{lines}")).into())
    }
}

/// On standard error, and only where that is a terminal.
fn bar(all: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} {wide_msg}");
    ProgressBar::new(all as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
