//! Kill tests: a process runs an operation in a folder of real files and is killed at a crash point. Then the folder is opened
//! again, and every tenant must be complete, or deleted if that was promised. Each operation is killed at each of its crash
//! points. The kernel keeps what a killed process has written, so these tests do not cover a power cut.

mod act;
mod expect;
mod killed;
mod look;
mod run;
mod world;

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use backend::{CrashPoint, CrashPoints};
use domain::Storage;
use jiff::SignedDuration;

use act::Act;
use world::World;

/// The clock when the operation runs (`DOING`) and when its result is checked (`LOOKING`). The folder is prepared before both.
const DOING: SignedDuration = SignedDuration::from_hours(1);
const LOOKING: SignedDuration = SignedDuration::from_hours(2);

/// Kills an operation at each of its crash points, and checks the result.
async fn survives(act: Act, on: Storage) {
    let ready = act.ready(on).await;
    let steps = steps_of(act, on, ready.path()).await;
    assert!(!steps.is_empty(), "{act:?} has no step");
    for at in 0..steps.len() {
        let when = format!("{act:?} on {on}, killed at {:?}, its step {at}", steps[at]);
        let folder = copy_of(ready.path());
        killed::at(folder.path(), (act, on), at).await;
        let world = World::open(folder, on, LOOKING, CrashPoints::default()).await;
        world.assert_whole(&when).await;
        act.expect(&world, &steps[..=at], &when).await;
        world.assert_whole(&format!("{when}, and all done after it")).await;
    }
}

/// The crash points that an operation reaches. They are counted from the opening of the folder.
async fn steps_of(act: Act, on: Storage, folder: &Path) -> Vec<CrashPoint> {
    let reached = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&reached);
    let steps = CrashPoints::tell(move |step| listener.lock().unwrap().push(step));
    let world = World::open(copy_of(folder), on, DOING, steps).await;
    act.run(&world.operator, world.folder.path()).await.unwrap();
    world.closed().await;
    reached.lock().unwrap().clone()
}

/// Copies a folder that no process uses.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let copied = std::process::Command::new("cp").arg("-a").arg(folder.join(".")).arg(copy.path()).status().unwrap();
    assert!(copied.success());
    copy
}

macro_rules! each_survives {
    ($($test:ident $act:ident $on:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                survives(Act::$act, Storage::$on).await;
            }
        )*

        /// All tested operations, each with its storage.
        const TESTED: &[(Act, Storage)] = &[$((Act::$act, Storage::$on)),*];
    };
}

each_survives! {
    a_sign_up_is_whole_or_its_name_is_free SignUp Local,
    a_sign_up_that_is_taken_back_is_gone TakingASignUpBack Local,
    a_deletion_is_not_begun_or_it_ends_and_its_backup_restores Delete Local,
    a_deletion_without_a_backup_likewise DeleteWithoutBackup Local,
    a_deletion_that_is_ended_at_the_next_start_ends EndingADeletion Local,
    a_restore_leaves_what_was_or_what_the_backup_has Replace Local,
    a_restore_that_is_taken_back_leaves_what_was TakingARestoreBack Local,
    a_deleted_tenant_comes_back_or_its_name_waits_for_it BringBack Local,
    an_undo_leaves_one_copy_or_the_other Undo Local,
    forgetting_copies_harms_nobody ForgetCopies Local,
    a_backup_is_there_or_not BackUp Local,
    of_backups_that_go_each_is_whole_or_gone Retain Local,
    a_drill_leaves_nothing Drill Local,
    an_import_is_whole_or_its_name_is_free Import Local,
    a_look_at_the_storages_harms_nobody Doctor Local,
    a_database_is_of_one_version_or_of_the_next Migrate Local,
    a_move_to_a_server_leaves_the_tenant_here_or_there MoveThere Local,
    a_move_from_a_server_leaves_the_tenant_there_or_here MoveHere LibsqlServer,
    a_sign_up_on_a_server_is_whole_or_its_name_is_free SignUp LibsqlServer,
    a_deletion_on_a_server_is_not_begun_or_it_ends_and_its_backup_restores Delete LibsqlServer,
    a_restore_on_a_server_leaves_what_was_or_what_the_backup_has Replace LibsqlServer,
    a_tenant_deleted_on_a_server_comes_back_or_its_name_waits_for_it BringBack LibsqlServer,
    an_undo_on_a_server_leaves_one_copy_or_the_other Undo LibsqlServer,
    a_drill_on_a_server_leaves_nothing Drill LibsqlServer,
    an_import_on_a_server_is_whole_or_its_name_is_free Import LibsqlServer,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_step_goes_untested() {
    let mut reached = Vec::new();
    for &(act, on) in TESTED {
        reached.extend(steps_of(act, on, act.ready(on).await.path()).await);
    }
    reached.sort_unstable();
    reached.dedup();
    assert_eq!(reached, CrashPoint::ALL);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_300_operations_with_10_kills_among_them_nothing_is_lost() {
    let plan = run::Plan { deeds: 300, at_steps: 8, at_moments: 2, seed: 1 };
    let report = run::run(plan, killed::a_life).await;
    assert_eq!((report.lost, report.orphans, report.kills), (vec![], vec![], 10));
    assert!(report.deeds >= 300 && report.acknowledged >= 290 && report.drills > 0, "it did little");
}
