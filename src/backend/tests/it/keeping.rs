//! Operations on whole databases: backups, restores, the copies that moves keep, deletions, the doctor.

use std::sync::{Arc, Mutex};

use backend::{Clock, CrashPoint, CrashPoints, Error, Operation, Outcome, Schedule};
use domain::{AddUserForm, BackupView, FindUsers, Finding, TenantName};
use jiff::SignedDuration;

use crate::{Enter, Freehold, browser, sign_in};

fn name(text: &str) -> TenantName {
    text.parse().unwrap()
}

async fn findings(freehold: &Freehold) -> Vec<Finding> {
    let mut all = Vec::new();
    let Outcome::Tenants(tenants) = freehold
        .operator
        .run(Operation::TenantList { after: None, limit: 100, find: domain::FindTenants::default() })
        .await
        .unwrap()
    else {
        panic!()
    };
    let each = tenants.into_iter().map(|tenant| Operation::DoctorTenant { name: tenant.name, deep: true });
    for operation in each.chain([Operation::DoctorStorages { fix: true }]) {
        let Outcome::Findings(found) = freehold.operator.run(operation).await.unwrap() else { panic!() };
        all.extend(found);
    }
    all
}

#[tokio::test]
async fn a_deleted_tenant_comes_back_from_its_final_backup() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let delete = Operation::TenantDelete { name: name("acme"), backup: true };
    let Outcome::Deleted(Some(kept)) = freehold.operator.run(delete).await.unwrap() else { panic!("no backup") };
    assert!(kept.exists());
    assert!(matches!(freehold.backend.visit(&name("acme")), Err(Error::UnknownTenant)));
    assert!(
        matches!(freehold.backend.ensure_name_is_free(&name("acme")), Err(Error::Taken(_))),
        "its name waits for it"
    );
    freehold.operator.run(Operation::Restore(name("acme"), None)).await.unwrap();
    let visitor = freehold.backend.visit(&name("acme")).unwrap();
    sign_in(&visitor, &browser()).await;
    assert_eq!(findings(&freehold).await, []);
}

#[tokio::test]
async fn a_restore_brings_the_backup_s_state_and_an_undo_the_one_before() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    freehold.operator.run(Operation::Backup(name("acme"), None)).await.unwrap();
    let add = AddUserForm { username: "ada".into(), ..AddUserForm::default() };
    freehold.operator.run(Operation::UserAdd(name("acme"), add)).await.unwrap();
    let people = async || {
        let list = Operation::UserList(name("acme"), FindUsers::default());
        let Outcome::Users(page) = freehold.operator.run(list).await.unwrap() else { panic!() };
        page.items.len()
    };
    assert_eq!(people().await, 2);
    let before = sign_in(&freehold.visit("acme").unwrap(), &browser()).await;
    freehold.operator.run(Operation::Restore(name("acme"), None)).await.unwrap();
    assert_eq!(people().await, 1);
    let acme = freehold.visit("acme").unwrap();
    assert!(matches!(acme.enter(&before.token).await, Err(Error::Unauthenticated(_))));
    freehold.operator.run(Operation::TenantUndo(name("acme"))).await.unwrap();
    assert_eq!(people().await, 2);
    let Outcome::Removed(1) = freehold.operator.run(Operation::TenantForgetCopies(name("acme"))).await.unwrap() else {
        panic!()
    };
    assert_eq!(findings(&freehold).await, []);
}

/// A closure that runs once, at a crash point.
type Late = Arc<Mutex<Option<Box<dyn Fn() + Send>>>>;

/// The request passed the first check before the maintenance lock was taken. It reaches the database when the tenant is about
/// to be switched to another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_late_to_a_held_tenant_does_not_open_what_is_left_behind() {
    let late: Late = Arc::default();
    let asks = Arc::clone(&late);
    let listener = move |step| {
        if step == CrashPoint::SwitchBegun
            && let Some(ask) = asks.lock().unwrap().take()
        {
            ask();
        }
    };
    let freehold = Freehold::with(|settings| settings.crash_points = CrashPoints::tell(listener)).await;
    freehold.sign_up("acme").await;
    let acme = freehold.visit("acme").unwrap();
    let token = sign_in(&acme, &browser()).await.token;
    freehold.operator.run(Operation::Backup(name("acme"), None)).await.unwrap();
    let add = AddUserForm { username: "ada".into(), ..AddUserForm::default() };
    freehold.operator.run(Operation::UserAdd(name("acme"), add)).await.unwrap();
    let asking = tokio::runtime::Handle::current();
    *late.lock().unwrap() = Some(Box::new(move || {
        let asked = tokio::task::block_in_place(|| asking.block_on(acme.enter(&token)));
        assert!(matches!(asked, Err(Error::Unavailable { .. })));
    }));
    freehold.operator.run(Operation::Restore(name("acme"), None)).await.unwrap();
    assert!(late.lock().unwrap().is_none(), "it was asked");
    let list = Operation::UserList(name("acme"), FindUsers::default());
    let Outcome::Users(page) = freehold.operator.run(list).await.unwrap() else { panic!() };
    assert_eq!(page.items.len(), 1, "what is read is the backup");
}

/// A sign-up between the two steps of the doctor is not an orphan.
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_takes_nothing_away_of_a_sign_up_that_comes_meanwhile() {
    let (listed, come) = (Arc::new(tokio::sync::Notify::new()), Arc::new(std::sync::Barrier::new(2)));
    let (tell, wait) = (Arc::clone(&listed), Arc::clone(&come));
    let steps = CrashPoints::tell(move |step| {
        if step == CrashPoint::DoctorListed {
            tell.notify_one();
            wait.wait();
        }
    });
    let freehold = Freehold::with(|settings| settings.crash_points = steps).await;
    freehold.sign_up("acme").await;
    let operator = freehold.operator.clone();
    let looking = tokio::spawn(async move { operator.run(Operation::DoctorStorages { fix: true }).await });
    listed.notified().await;
    freehold.sign_up("beta").await;
    tokio::task::spawn_blocking(move || come.wait()).await.unwrap();
    let Outcome::Findings(found) = looking.await.unwrap().unwrap() else { panic!() };
    assert_eq!(found, []);
    sign_in(&freehold.visit("beta").unwrap(), &browser()).await;
}

async fn backups(freehold: &Freehold) -> Vec<BackupView> {
    let Outcome::Backups(all) = freehold.operator.run(Operation::BackupList(None)).await.unwrap() else { panic!() };
    all
}

async fn back_up(freehold: &Freehold, keep: Option<&str>) -> BackupView {
    let operation = Operation::Backup(name("acme"), keep.map(|keep| keep.parse().unwrap()));
    let Outcome::Backup(made) = freehold.operator.run(operation).await.unwrap() else { panic!() };
    made
}

#[tokio::test]
async fn the_backup_just_made_is_kept_and_is_the_latest_though_the_clock_was_set_back() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let ahead = back_up(&freehold, None).await;
    freehold.clock.pass(SignedDuration::from_hours(-1));
    let made = back_up(&freehold, None).await;
    let files = |all: &[BackupView]| all.iter().map(|backup| backup.file.clone()).collect::<Vec<_>>();
    assert_eq!(files(&backups(&freehold).await), [ahead.file, made.file], "in the order in which they were made");
    let made = back_up(&freehold, Some("1")).await;
    assert_eq!(files(&backups(&freehold).await), std::slice::from_ref(&made.file));
    assert!(std::path::Path::new(&made.file).is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_of_one_millisecond_are_all_kept_under_names_of_their_own() {
    let freehold = Freehold::new().await; // its clock stands still
    freehold.sign_up("acme").await;
    let made = tokio::join!(
        back_up(&freehold, None),
        back_up(&freehold, None),
        back_up(&freehold, None),
        back_up(&freehold, None)
    );
    let made = std::collections::BTreeSet::from([made.0.file, made.1.file, made.2.file, made.3.file]);
    assert_eq!(made, backups(&freehold).await.into_iter().map(|backup| backup.file).collect());
    assert_eq!(made.len(), 4);
    for file in made {
        freehold.operator.run(Operation::BackupDrill(Some(file.into()))).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_dated_in_the_future_holds_up_no_scheduled_one() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    freehold.clock.pass(SignedDuration::from_hours(365 * 24));
    back_up(&freehold, None).await;
    freehold.clock.pass(SignedDuration::from_hours(-365 * 24));
    let schedule = Schedule { every: "1m".parse().unwrap(), keep: Some("3".parse().unwrap()) };
    let operator = freehold.operator.clone();
    let keeping = tokio::spawn(async move { operator.keep_backed_up(schedule).await });
    while backups(&freehold).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    keeping.abort();
    assert_eq!(backups(&freehold).await[1].taken_at, freehold.clock.now(), "the latest is of now");
}

#[tokio::test]
async fn what_is_wrong_with_backups_is_said_of_them_and_not_of_the_database() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let file = std::path::PathBuf::from(back_up(&freehold, None).await.file);
    let manifest = file.with_extension("").with_extension("json");
    let why = async |file: &std::path::Path| {
        let restore = Operation::Restore(name("acme"), Some(file.to_owned()));
        let Err(Error::Refused(why)) = freehold.operator.run(restore).await else { panic!("{}", file.display()) };
        why
    };
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let told = why(&file).await;
    assert!(told.starts_with(&format!("The backup {} is damaged: ", file.display())), "{told}");
    assert!(told.contains("`freehold backups`"), "{told}");
    std::fs::write(&file, &whole).unwrap();
    std::fs::rename(&manifest, file.with_extension("kept")).unwrap();
    let told = why(&file).await;
    assert!(told.contains("has no manifest") && told.contains(&*manifest.to_string_lossy()), "{told}");
    let told = why(std::path::Path::new("/nothing/here.db.zst")).await;
    assert_eq!(told, "There is no file /nothing/here.db.zst.");
    std::fs::rename(file.with_extension("kept"), &manifest).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(why(&file).await.contains("is not there, only its manifest is"));
}

#[tokio::test]
async fn a_backups_folder_that_is_a_file_is_told_as_that() {
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    let file = elsewhere.path().to_owned();
    let freehold = Freehold::with(|settings| settings.backups = Some(file)).await;
    freehold.sign_up("acme").await;
    for operation in [
        Operation::BackupList(None),
        Operation::Backup(name("acme"), None),
        Operation::BackupCatalog(None),
        Operation::Restore(name("acme"), None),
    ] {
        let refused = freehold.operator.run(operation.clone()).await.err().map(|error| error.to_string());
        let told = refused.unwrap_or_default();
        assert!(told.starts_with("The backups folder ") && told.contains(" is not a folder"), "{operation:?} {told}");
    }
}

#[tokio::test]
async fn copies_of_the_catalog_have_names_of_their_own_and_the_one_just_made_stays() {
    let freehold = Freehold::new().await;
    let copy = async |keep: Option<&str>| {
        let keep = keep.map(|keep| keep.parse().unwrap());
        let Outcome::Catalog(file) = freehold.operator.run(Operation::BackupCatalog(keep)).await.unwrap() else {
            panic!()
        };
        file
    };
    let (one, two) = (copy(None).await, copy(None).await);
    assert!(one != two && one.is_file() && two.is_file(), "of one millisecond");
    freehold.clock.pass(SignedDuration::from_hours(-1));
    let made = copy(Some("1")).await;
    let left = std::fs::read_dir(made.parent().unwrap()).unwrap().map(|file| file.unwrap().path());
    assert_eq!(left.filter(|file| file.is_file()).collect::<Vec<_>>(), [made]);
}

/// A crash left these copies of the catalog unfinished. The next start and the next copy remove them, and nothing else.
#[tokio::test]
async fn an_unfinished_copy_of_the_catalog_goes_and_files_of_others_stay() {
    let freehold = Freehold::new().await;
    let backups = freehold.folder.path().join("backups");
    std::fs::create_dir_all(&backups).unwrap();
    let at = |hours: i64| {
        let time = freehold.clock.now() - SignedDuration::from_hours(hours);
        std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(time.as_millisecond().unsigned_abs())
    };
    let (past, now) = (at(2), at(0));
    let left = ["catalog-20270115T060000000Z.db.new", "catalog-20270115T060000000Z-2.db.new"];
    let journal = "catalog-20270115T060000000Z.db.new-journal";
    let others = ["catalog-of-mine.db.new", "notes.new", "catalog-20270115T060000000Z.db.new.bak"];
    let young = "catalog-20270115T080000000Z.db.new";
    let put = |name: &str, time: std::time::SystemTime| {
        let file = std::fs::File::create(backups.join(name)).unwrap();
        file.set_modified(time).unwrap();
    };
    let is_there = |name: &&str| backups.join(name).exists();
    let leave = || left.iter().chain([&journal]).chain(&others).for_each(|name| put(name, past));
    put(young, now);
    leave();
    freehold.operator.run(Operation::BackupCatalog(None)).await.unwrap();
    assert!(!left.iter().chain([&journal]).any(is_there), "before a copy");
    assert!(others.iter().chain([&young]).all(is_there), "another Freehold may be at work on what is young");
    leave();
    let freehold = freehold.restarted().await;
    assert!(!left.iter().chain([&journal]).any(is_there), "at a start");
    assert!(others.iter().chain([&young]).all(is_there));
    drop(freehold);
}

#[tokio::test]
async fn of_the_files_beside_the_copies_of_the_catalog_none_is_counted_or_removed() {
    let freehold = Freehold::new().await;
    let backups = freehold.folder.path().join("backups");
    std::fs::create_dir_all(&backups).unwrap();
    let own = backups.join("catalog-before-the-move.db");
    std::fs::write(&own, "of somebody").unwrap();
    for _ in 0..2 {
        freehold.clock.pass(SignedDuration::from_secs(1));
        freehold.operator.run(Operation::BackupCatalog(Some("1".parse().unwrap()))).await.unwrap();
    }
    assert!(own.exists());
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 2);
}
