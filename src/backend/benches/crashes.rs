//! `cargo bench -p backend --bench crashes [-- SEED]`: runs 10,000 operations, and kills the process 100 times at a random
//! crash point and 25 more times at a random moment. After each kill it opens the folder again and checks that all acknowledged
//! writes are there. It prints the numbers of operations, kills, lost acknowledged writes and orphans. The last two must be 0.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark that cannot go on has failed, and it prints"
)]

#[path = "../tests/it/crash/look.rs"]
mod look;
#[path = "../tests/it/crash/run/mod.rs"]
mod run;

use std::{env, process::Command, time::Instant};

use run::{Plan, Report};

fn main() {
    if run::live_if_told() {
        return;
    }
    let seed = env::args().find_map(|word| word.parse().ok()).unwrap_or(1);
    let plan = Plan { deeds: 10_000, at_steps: 100, at_moments: 25, seed };
    let (began, runtime) = (Instant::now(), tokio::runtime::Runtime::new().unwrap());
    let report = runtime.block_on(run::run(plan, || Command::new(env::current_exe().unwrap())));
    print(&report, seed, began.elapsed().as_secs());
    assert!(report.lost.is_empty() && report.orphans.is_empty(), "something was lost or left");
}

fn print(report: &Report, seed: u64, seconds: u64) {
    let Report { deeds, acknowledged, kills, lost, orphans, drills } = report;
    println!("seed {seed}: {deeds} operations, {acknowledged} acknowledged, {kills} kills, {seconds} s");
    println!("acknowledged writes lost: {}", lost.len());
    println!("orphans after a restart and after doctor --fix: {}", orphans.len());
    println!("backups in the end, each restored and compared: {drills}");
    lost.iter().chain(orphans).for_each(|what| eprintln!("{what}"));
}
