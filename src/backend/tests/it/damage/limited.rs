//! Limits of the system: a full disk, a read-only folder, no free file descriptors. Each test runs in a process of its own. The
//! disk tests mount a file system of their own over the folder of a tenant's file.

use std::{
    env, fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
};

use domain::Ailment;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::{ailments, refuses, serves};
use crate::Freehold;

/// Tells the ignored tests that another test has started them.
const TOLD: &str = "FREEHOLD_TEST_LIMITED";

/// Runs one of the ignored tests in a process of its own.
fn runs(mut process: Command, name: &str) {
    let name = format!("damage::limited::not_a_test_but_{name}");
    let ended = process.args(["--exact", &name, "--ignored"]).env(TOLD, "1").output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&ended.stderr));
}

fn itself() -> PathBuf {
    env::current_exe().unwrap()
}

/// A command that runs this binary where it may mount file systems. `None` means that the system forbids it.
fn mounting() -> Option<Command> {
    let mut try_it = Command::new("unshare");
    let tried = try_it.args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"]).output();
    if tried.is_ok_and(|tried| tried.status.success()) {
        let mut process = Command::new("unshare");
        process.arg("-rm").arg(itself());
        return Some(process);
    }
    // Written to stderr directly, because the test runner hides captured output and a skipped test must be visible.
    std::io::stderr().write_all(b"skipped: a full disk and a read-only one: `unshare -rm mount` is refused\n").unwrap();
    None
}

#[test]
fn a_full_disk() {
    if let Some(process) = mounting() {
        runs(process, "a_full_disk");
    }
}

#[test]
fn a_full_disk_under_the_data_folder() {
    if let Some(process) = mounting() {
        runs(process, "a_full_disk_under_the_data_folder");
    }
}

#[test]
fn a_workspace_is_exported_from_a_full_disk_to_one_that_has_room() {
    if let Some(process) = mounting() {
        runs(process, "an_export_from_a_full_disk");
    }
}

#[test]
fn a_read_only_folder() {
    if let Some(process) = mounting() {
        runs(process, "a_read_only_folder");
    }
}

#[test]
fn no_free_descriptors() {
    runs(Command::new(itself()), "no_free_descriptors");
}

#[tokio::test]
#[ignore = "it is none: another one starts it"]
async fn not_a_test_but_a_full_disk() {
    if env::var_os(TOLD).is_none() {
        return;
    }
    let (freehold, shelf) = mounted().await;
    let filler = fill(&shelf);
    refuses(&freehold, "acme", "the disk is full").await; // there is no room to open the database
    assert_eq!(ailments(&freehold, "acme").await, [Ailment::Unreachable]);
    serves(&freehold, "beta").await;
    fs::remove_file(&filler).unwrap();
    serves(&freehold, "acme").await;
    let filler = fill(&shelf);
    refuses_at_last(&freehold).await; // the database is open, and there is no room to write
    serves(&freehold, "beta").await;
    fs::remove_file(&filler).unwrap();
    serves(&freehold, "acme").await;
    assert_eq!(ailments(&freehold, "acme").await, []);
    no_room_for_backups(&freehold).await;
}

#[tokio::test]
#[ignore = "it is none: another one starts it"]
async fn not_a_test_but_a_full_disk_under_the_data_folder() {
    if env::var_os(TOLD).is_none() {
        return;
    }
    let freehold = Freehold::new().await;
    freehold.backend.ready().unwrap();
    freehold.sign_up("acme").await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("acme.db");
    freehold.operator.run(backend::Operation::Export(super::name("acme"), file.clone())).await.unwrap();
    mount(&["-t", "tmpfs", "-o", "size=2m", "tmpfs"], freehold.folder.path());
    let scratch = freehold.folder.path().join("scratch");
    fs::create_dir(&scratch).unwrap();
    let filler = fill(freehold.folder.path());
    let refused = freehold.backend.ready().unwrap_err();
    assert!(refused.chain().contains("the disk is full"), "{}", refused.chain());
    let import = backend::Operation::Import(super::name("beta"), file, None);
    let refused = freehold.operator.run(import).await.unwrap_err();
    assert!(refused.chain().contains("full"), "{}", refused.chain());
    assert_eq!(fs::read_dir(&scratch).unwrap().count(), 0);
    fs::remove_file(&filler).unwrap();
    freehold.backend.ready().unwrap();
}

#[tokio::test]
#[ignore = "it is none: another one starts it"]
async fn not_a_test_but_an_export_from_a_full_disk() {
    if env::var_os(TOLD).is_none() {
        return;
    }
    let freehold = on_a_disk_of_its_own().await;
    for name in ["acme", "beta", "gamma"] {
        freehold.sign_up(name).await;
    }
    freehold.backend.close().await;
    leave_a_log(&freehold, "gamma").await;
    serves(&freehold, "beta").await; // opens the database
    fs::remove_dir(freehold.folder.path().join("scratch")).unwrap();
    let filler = fill(freehold.folder.path());
    refuses(&freehold, "acme", "the disk is full").await;
    let elsewhere = tempfile::tempdir().unwrap();
    for (name, people) in [("acme", 1), ("beta", 1), ("gamma", 2)] {
        let file = elsewhere.path().join(name);
        export(&freehold, name, &file).await.unwrap();
        assert_eq!(counted(&file, "users WHERE password_hash = ''").await, people, "{name}");
        assert_eq!(counted(&file, "sessions").await, 0);
        assert!(is_private(&file));
    }
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 3, "nothing is left beside them");
    refuses_to_export_to_a_full_disk(&freehold, elsewhere.path()).await;
    fs::remove_file(&filler).unwrap();
    for name in ["acme", "beta", "gamma"] {
        serves(&freehold, name).await;
        assert_eq!(ailments(&freehold, name).await, []);
    }
}

/// Checks that an export to a full disk fails with its reason and leaves no file.
async fn refuses_to_export_to_a_full_disk(freehold: &Freehold, elsewhere: &Path) {
    let full = elsewhere.join("full");
    fs::create_dir(&full).unwrap();
    mount(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], &full);
    let file = full.join("beta.db");
    let refused = export(freehold, "beta", &file).await.unwrap_err();
    assert_eq!(refused.chain(), format!("{} cannot be written: the disk is full.", file.display()));
    assert_eq!(fs::read_dir(&full).unwrap().count(), 0);
}

/// Checks that a backup without enough room leaves no file, and that the next one works when there is room.
async fn no_room_for_backups(freehold: &Freehold) {
    let backups = freehold.folder.path().join("backups");
    fs::create_dir_all(&backups).unwrap();
    mount(&["-t", "tmpfs", "-o", "size=400k", "tmpfs"], &backups);
    let filler = fill(&backups);
    let backup = backend::Operation::Backup(super::name("acme"), None);
    let refused = freehold.operator.run(backup.clone()).await.unwrap_err();
    let full = format!("The backup cannot be written: the backups disk is full: {}.", backups.display());
    assert_eq!(refused.chain(), full);
    let refused = freehold.operator.run(backend::Operation::BackupCatalog(None)).await.unwrap_err();
    assert_eq!(refused.chain(), full);
    fs::remove_file(&filler).unwrap();
    let left = fs::read_dir(&backups).unwrap().map(|file| file.unwrap().path());
    assert_eq!(left.filter(|file| file.is_file()).count(), 0, "no copy of the catalog that is none");
    let folder = fs::read_dir(&backups).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    freehold.operator.run(backup).await.unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

#[tokio::test]
#[ignore = "it is none: another one starts it"]
async fn not_a_test_but_a_read_only_folder() {
    if env::var_os(TOLD).is_none() {
        return;
    }
    let (freehold, shelf) = mounted().await;
    mount(&["-o", "remount,ro"], &shelf);
    refuses(&freehold, "acme", "the database can be read only").await;
    assert_eq!(ailments(&freehold, "acme").await, [Ailment::Unreachable]);
    serves(&freehold, "beta").await;
    mount(&["-o", "remount,rw"], &shelf);
    serves(&freehold, "acme").await;
    assert_eq!(ailments(&freehold, "acme").await, []);
}

#[tokio::test]
#[ignore = "it is none: another one starts it"]
async fn not_a_test_but_no_free_descriptors() {
    if env::var_os(TOLD).is_none() {
        return;
    }
    let freehold = Freehold::new().await;
    for name in ["acme", "beta"] {
        freehold.sign_up(name).await;
    }
    freehold.backend.close().await;
    serves(&freehold, "beta").await;
    let limit = getrlimit(Resource::Nofile);
    let next = std::os::fd::AsRawFd::as_raw_fd(&fs::File::open("/").unwrap());
    setrlimit(Resource::Nofile, Rlimit { current: u64::try_from(next).ok(), ..limit }).unwrap();
    assert!(fs::File::open("/").is_err());
    refuses(&freehold, "acme", "the file cannot be used: Too many open files").await;
    assert_eq!(ailments(&freehold, "acme").await, [Ailment::Unreachable]);
    serves(&freehold, "beta").await;
    setrlimit(Resource::Nofile, limit).unwrap();
    serves(&freehold, "acme").await;
    assert_eq!(ailments(&freehold, "acme").await, []);
}

/// Two tenants in two folders. The folder of acme is on a small disk of its own.
async fn mounted() -> (Freehold, PathBuf) {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let file = freehold.database("acme");
    let shelf = file.parent().unwrap().to_owned();
    loop {
        freehold.sign_up("beta").await;
        if freehold.database("beta").parent() != Some(&shelf) {
            break;
        }
        let delete = backend::Operation::TenantDelete { name: super::name("beta"), backup: false };
        freehold.operator.run(delete).await.unwrap();
        freehold.clock.pass(jiff::SignedDuration::from_hours(24 * 91)); // the quarantine of its name is over
    }
    freehold.backend.close().await;
    let content = fs::read(&file).unwrap();
    mount(&["-t", "tmpfs", "-o", "size=400k", "tmpfs"], &shelf);
    fs::write(&file, content).unwrap();
    (freehold, shelf)
}

/// A Freehold whose whole data folder is on a small disk.
async fn on_a_disk_of_its_own() -> Freehold {
    let folder = tempfile::tempdir().unwrap();
    mount(&["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs"], folder.path());
    Freehold::at(folder, jiff::SignedDuration::ZERO, |_| {}).await
}

/// Adds a user to a closed database and leaves the change in the write-ahead log, as a crash would.
async fn leave_a_log(freehold: &Freehold, tenant: &str) {
    let file = freehold.database(tenant);
    let before = fs::read(&file).unwrap();
    let add = domain::AddUserForm { username: "ada".into(), ..domain::AddUserForm::default() };
    freehold.operator.run(backend::Operation::UserAdd(super::name(tenant), add)).await.unwrap();
    let log = file.with_extension("db-wal");
    let logged = fs::read(&log).unwrap();
    freehold.backend.close().await;
    fs::write(file, before).unwrap();
    fs::write(log, logged).unwrap();
}

async fn export(freehold: &Freehold, name: &str, file: &Path) -> Result<backend::Outcome, backend::Error> {
    freehold.operator.run(backend::Operation::Export(super::name(name), file.to_owned())).await
}

async fn counted(file: &Path, what: &str) -> i64 {
    let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let mut rows = database.query(&format!("SELECT count(*) FROM {what}"), ()).await.unwrap();
    *rows.next().await.unwrap().unwrap().get_value(0).unwrap().as_integer().unwrap()
}

fn is_private(file: &Path) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file).unwrap().permissions()) & 0o777 == 0o600
}

fn mount(how: &[&str], on: &Path) {
    assert!(Command::new("mount").args(how).arg(on).status().unwrap().success());
}

/// Fills a disk.
fn fill(disk: &Path) -> PathBuf {
    let filler = disk.join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    let full = loop {
        if let Err(error) = file.write_all(&[0; 4096]) {
            break error;
        }
    };
    assert_eq!(full.kind(), ErrorKind::StorageFull);
    filler
}

/// Signs in until the disk is full. The write-ahead log may have room for some more sign-ins.
async fn refuses_at_last(freehold: &Freehold) {
    let (acme, client) = (freehold.visit("acme").unwrap(), crate::program());
    for _ in 0..100 {
        if crate::try_sign_in(&acme, "root", crate::PASSWORD, &client).await.is_err() {
            break;
        }
    }
    refuses(freehold, "acme", "the disk is full").await;
}
