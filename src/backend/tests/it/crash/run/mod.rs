//! A long run: one process after the other does operations at random in one folder, and is killed at random; each notes in a
//! journal what it begins and what it was told is done. After each, the folder is opened, and all that was acknowledged must
//! be there. What was under way when the process was killed is done or not done; which of them, goes into the journal.
//! Used by the kill tests and by `cargo bench -p backend --bench crashes`; it needs nothing of either but `look`.

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

/// How long a run is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// How many operations are begun.
    pub(crate) deeds: usize,
    /// How many processes are killed at a step.
    pub(crate) at_steps: usize,
    /// How many are killed wherever they are, some microseconds after an operation began.
    pub(crate) at_moments: usize,
    /// The same seed does the same.
    pub(crate) seed: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How many operations were begun.
    pub(crate) deeds: usize,
    /// How many were acknowledged.
    pub(crate) acknowledged: usize,
    /// How many processes were killed.
    pub(crate) kills: usize,
    /// What was acknowledged and is not there.
    pub(crate) lost: Vec<String>,
    /// What was left after a restart, and after `doctor --fix`.
    pub(crate) orphans: Vec<String>,
    /// How many backups were there in the end, and restored as they should.
    pub(crate) drills: usize,
}

/// Runs it, each life in a process that `process` makes.
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
            break; // what comes after would not tell more
        }
    }
    let story = journal.read();
    Report { deeds: story.begun, acknowledged: story.acknowledged, ..report }
}

/// How many operations there are for each kill that is left.
fn spared(plan: Plan, begun: usize, kills: usize) -> usize {
    plan.deeds.saturating_sub(begun) / (plan.at_steps + plan.at_moments - kills + 1)
}

/// One life after the other; the last one ends by itself.
fn deaths(plan: Plan, chance: &mut Chance) -> Vec<Option<Death>> {
    let mut all: Vec<_> = (0..plan.at_steps).map(|_| Some(Death::at_a_step(chance.below(8)))).collect();
    for _ in 0..plan.at_moments {
        let moment = Death::at_a_moment(chance.below(20_000));
        all.insert(chance.below(all.len() + 1), Some(moment));
    }
    all.push(None);
    all
}
