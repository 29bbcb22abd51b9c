//! Programs: statements with conditions, run one after the other on one connection.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use libsql_hrana::proto::{self, BatchCond};

use super::{
    args::Args,
    failure::Failure,
    job::Job,
    results::Results,
    sql::{Kind, Statement},
};
use crate::{access::Access, connection::Connection, faults::Fault, refusal::Refusal, store::lock};

/// The statements that are run together.
#[derive(Debug)]
pub(crate) struct Program(Vec<Step>);

#[derive(Debug)]
struct Step {
    statement: Statement,
    args: Args,
    condition: Option<BatchCond>,
}

/// Pause before a connection asks again for a lock.
const RETRY: Duration = Duration::from_millis(1);

impl Program {
    pub(crate) fn one(statement: Statement, args: Args) -> Self {
        Self(vec![Step { statement, args, condition: None }])
    }

    /// A program in which each statement runs only if the one before it was done.
    pub(crate) fn sequence(statements: Vec<Statement>) -> Self {
        let after = |at: usize| u32::try_from(at).ok()?.checked_sub(1).map(|step| BatchCond::Ok { step });
        let step = |(at, statement)| Step { statement, args: Args::none(), condition: after(at) };
        Self(statements.into_iter().enumerate().map(step).collect())
    }

    pub(crate) fn push(&mut self, statement: Statement, args: Args, condition: Option<BatchCond>) {
        self.0.push(Step { statement, args, condition });
    }

    pub(crate) fn empty() -> Self {
        Self(Vec::new())
    }

    /// Refuses the whole program if the token does not allow one of its steps.
    pub(crate) fn check(&self, access: Access, key: &str) -> Result<(), Refusal> {
        self.0.iter().try_for_each(|step| match &step.statement.kind {
            Kind::Write | Kind::Schema => access.allows(Access::Write, key),
            Kind::Attach(other) => access.allows(Access::AttachRead, other),
            _ => Ok(()),
        })
    }

    /// Runs the program. Returns an error if it ends before its last step. Blocking.
    pub(crate) fn run(&self, job: &Job, results: &mut impl Results) -> Result<(), Failure> {
        let (mut done, mut timed_out) = (Vec::with_capacity(self.0.len()), false);
        for step in &self.0 {
            let mut connection = lock(&job.connection);
            timed_out |= connection.take_timed_out();
            if timed_out {
                results.failed(Failure::timed_out()); // every later step fails in the same way
                continue;
            }
            let is_due = step.condition.as_ref().is_none_or(|it| holds(it, &done, connection.is_autocommit()));
            done.push(is_due && step.run(&mut connection, job, results)?);
            if !is_due {
                results.skipped();
            }
        }
        Ok(())
    }
}

impl Step {
    /// Runs the step. Returns whether it was done.
    fn run(&self, connection: &mut Connection, job: &Job, results: &mut impl Results) -> Result<bool, Failure> {
        let began = Instant::now();
        let outcome = match self.prevented(connection, job) {
            Some(failure) => Err(failure),
            None => self.patiently(connection, job, results),
        };
        let is_done = outcome.is_ok();
        match outcome {
            Ok(done) => results.done(done, began.elapsed()),
            Err(failure) if failure.ends_program() => return Err(failure),
            Err(failure) => results.failed(failure),
        }
        Ok(is_done)
    }

    /// Waits while another connection is writing. Rolls back that connection's transaction if it has lasted too long.
    fn patiently(
        &self,
        connection: &mut Connection,
        job: &Job,
        results: &mut impl Results,
    ) -> Result<crate::connection::Done, Failure> {
        let mut retried = false;
        loop {
            match connection.run(&self.statement, &self.args, &mut retried, results) {
                Err(failure) if failure.is_busy() && job.goes_on() => {
                    job.database.time_out_others(job.transaction());
                    sleep(RETRY);
                }
                outcome => return outcome,
            }
        }
    }

    /// The error for a statement that is not even tried.
    fn prevented(&self, connection: &mut Connection, job: &Job) -> Option<Failure> {
        match job.fault {
            Some(Fault::Corrupt) => return Some(Failure::corrupt()),
            Some(Fault::Full) if self.statement.writes() => {
                connection.roll_back(); // as SQLite does when it cannot undo the statement alone
                return Some(Failure::full());
            }
            _ => {}
        }
        let config = job.database.config();
        let is_blocked = match self.statement.kind {
            Kind::Read | Kind::Explain | Kind::Begin => config.block_reads,
            Kind::Write | Kind::Schema => config.block_reads || config.block_writes,
            _ => false,
        };
        is_blocked.then(|| Failure::blocked(config.block_reason.as_deref()))
    }
}

/// Whether a condition holds, after the steps so far. A step that was skipped counts as failed.
fn holds(condition: &BatchCond, done: &[bool], autocommit: bool) -> bool {
    let was_done = |step: &u32| done.get(*step as usize).copied().unwrap_or_default();
    match condition {
        BatchCond::None => false,
        BatchCond::Ok { step } => was_done(step),
        BatchCond::Error { step } => !was_done(step),
        BatchCond::Not { cond } => !holds(cond, done, autocommit),
        BatchCond::And(list) => list.conds.iter().all(|cond| holds(cond, done, autocommit)),
        BatchCond::Or(list) => list.conds.iter().any(|cond| holds(cond, done, autocommit)),
        BatchCond::IsAutocommit {} => autocommit,
    }
}

/// Whether a condition refers only to steps before `step`.
pub(crate) fn looks_back(condition: &proto::BatchCond, step: usize) -> bool {
    match condition {
        BatchCond::Ok { step: of } | BatchCond::Error { step: of } => (*of as usize) < step,
        BatchCond::Not { cond } => looks_back(cond, step),
        BatchCond::And(list) | BatchCond::Or(list) => list.conds.iter().all(|cond| looks_back(cond, step)),
        BatchCond::None | BatchCond::IsAutocommit {} => true,
    }
}
