//! A long run: one process after another runs random operations in one folder and is killed at random. Each process records in
//! a journal what it begins and what was acknowledged. After each process the folder is opened, and all that was acknowledged
//! must be there. An operation that was interrupted may be done or not, and the journal records which. The kill tests and
//! `cargo bench -p backend --bench crashes` use this module. It uses nothing of theirs except `look`.

mod deed;
mod inspection;
mod journal;
pub(super) mod life;
mod model;
mod random;

use std::{os::unix::process::ExitStatusExt, process::Command};

pub(crate) use life::live_if_told;

use inspection::Inspection;
use journal::Journal;
use life::Death;
use random::Chance;

/// The length of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// How many operations are begun.
    pub(crate) deeds: usize,
    /// How many processes are killed at a crash point.
    pub(crate) at_steps: usize,
    /// How many processes are killed at any moment, some microseconds after an operation began.
    pub(crate) at_moments: usize,
    /// The same seed gives the same choices.
    pub(crate) seed: u64,
}

/// The result of a run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How many operations were begun.
    pub(crate) deeds: usize,
    /// How many operations were acknowledged.
    pub(crate) acknowledged: usize,
    /// How many processes were killed.
    pub(crate) kills: usize,
    /// Acknowledged changes that are missing.
    pub(crate) lost: Vec<String>,
    /// Leftovers after a restart, or after `doctor --fix`.
    pub(crate) orphans: Vec<String>,
    /// How many backups there were at the end. Each one was restored in a drill.
    pub(crate) drills: usize,
}

/// Runs the plan. Each life is a process that `process` creates.
pub(crate) async fn run(plan: Plan, process: impl Fn() -> Command) -> Report {
    let (data, notes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let journal = Journal::at(notes.path().join("journal"));
    let (mut report, mut chance) = (Report::default(), Chance::new(plan.seed));
    for death in deaths(plan, &mut chance) {
        let begun = journal.read().begun;
        let death = death.map(|death| death.after(chance.below(2 * spared(plan, begun, report.kills) + 1)));
        let mut life = process();
        life::tell(&mut life, data.path(), &journal, (chance.next(), plan.deeds, death));
        let ended = life.output().unwrap();
        match (ended.status.signal(), ended.status.success()) {
            (Some(9), _) => report.kills += 1,
            (None, true) => {}
            _ => panic!("a life went wrong: {}", String::from_utf8_lossy(&ended.stdout)),
        }
        let inspection = Inspection::of(data.path()).await;
        inspection.look(&journal, &mut report).await;
        inspection.end(death.is_none(), &mut report).await;
        if !report.lost.is_empty() || !report.orphans.is_empty() {
            break; // later results would show nothing new
        }
    }
    let story = journal.read();
    Report { deeds: story.begun, acknowledged: story.acknowledged, ..report }
}

/// How many operations remain for each remaining kill.
fn spared(plan: Plan, begun: usize, kills: usize) -> usize {
    plan.deeds.saturating_sub(begun) / (plan.at_steps + plan.at_moments - kills + 1)
}

/// The deaths of all lives in order. `None` means that the last life ends without a kill.
fn deaths(plan: Plan, chance: &mut Chance) -> Vec<Option<Death>> {
    let mut all: Vec<_> = (0..plan.at_steps).map(|_| Some(Death::at_a_step(chance.below(8)))).collect();
    for _ in 0..plan.at_moments {
        let moment = Death::at_a_moment(chance.below(20_000));
        all.insert(chance.below(all.len() + 1), Some(moment));
    }
    all.push(None);
    all
}
