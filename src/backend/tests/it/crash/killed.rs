//! The process that is killed. It is this test binary again, with one ignored test that does the work.

use std::{
    env,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use backend::CrashPoints;
use domain::Storage;

use super::{
    TESTED,
    act::{self, Act},
    run, world,
};

const FOLDER: &str = "FREEHOLD_TEST_KILL_FOLDER";
const ACT: &str = "FREEHOLD_TEST_KILL_ACT";
const AT: &str = "FREEHOLD_TEST_KILL_AT";
const URL: &str = "FREEHOLD_TEST_KILL_URL";
const ADMIN_URL: &str = "FREEHOLD_TEST_KILL_ADMIN_URL";

/// Runs an operation in another process, which is killed at its crash point number `step`, counted from 0.
pub(super) async fn at(folder: &Path, act: (Act, Storage), step: usize) {
    let server = world::serve(folder).await;
    let mut process = Command::new(env::current_exe().unwrap());
    process.args(["--exact", "crash::killed::not_a_test_but_the_process_that_is_killed", "--ignored"]);
    process.env(FOLDER, folder).env(ACT, format!("{act:?}")).env(AT, step.to_string());
    process.env(URL, server.user_url()).env(ADMIN_URL, server.admin_url());
    let ended = process.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.signal(), Some(9), "{act:?} was to be killed at its step {step}: {said}");
}

#[test]
#[ignore = "it is none: the kill tests start it"]
fn not_a_test_but_the_process_that_is_killed() {
    let Ok(folder) = env::var(FOLDER) else { return };
    let (name, at) = (env::var(ACT).unwrap(), env::var(AT).unwrap().parse::<usize>().unwrap());
    let act = *TESTED.iter().find(|act| format!("{act:?}") == name).unwrap();
    let urls = [URL, ADMIN_URL].map(|name| env::var(name).unwrap());
    let reached = AtomicUsize::new(0);
    let steps = CrashPoints::tell(move |_| {
        if reached.fetch_add(1, Ordering::SeqCst) == at {
            run::life::die();
        }
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(act::done_in(Path::new(&folder), act, &urls, steps));
}

/// The command for a process that runs `run::life`.
pub(super) fn a_life() -> Command {
    let mut process = Command::new(env::current_exe().unwrap());
    process.args(["--exact", "crash::killed::not_a_test_but_a_life", "--ignored"]);
    process
}

#[test]
#[ignore = "it is none: the kill tests start it"]
fn not_a_test_but_a_life() {
    run::live_if_told();
}
