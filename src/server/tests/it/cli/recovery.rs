//! A lost catalog or secret: the server refuses to start and says what to do, and those commands work. The steps are those
//! of docs/storage.md.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use double::{LibsqlServer, Options};

use super::{done, folder, many::database};
use crate::process::{Output, Process, freehold, freehold_with};

/// Starts a server that must refuse to start, and returns its message.
fn refused(data: &Path) -> String {
    let output = freehold(data, &["serve", "--listen", "127.0.0.1:0"], "");
    assert_eq!(output.status, 1, "{output:?}");
    output.err
}

/// Runs the first command that the message prints, exactly as printed.
fn as_told(data: &Path, told: &str) -> Output {
    let line = told.lines().find_map(|line| line.strip_prefix("  freehold ")).unwrap_or_else(|| panic!("{told}"));
    done(data, &line.split(' ').collect::<Vec<_>>())
}

fn copies(data: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(data.join("backups")).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.file_name().unwrap().to_str().unwrap().starts_with("catalog-")).collect()
}

fn sign_up(data: &Path, name: &str) {
    done(data, &["tenants", "create", name, "--username", "ada"]);
}

#[test]
fn the_recovery_of_the_catalog_works_after_a_crash() {
    let folder = folder();
    let data = folder.path();
    let server = Process::serve(data);
    done(data, &["backup", "--all"]);
    sign_up(data, "beta");
    server.kill();
    assert!(data.join("catalog.db-wal").metadata().unwrap().len() > 0, "the crash leaves a log");

    let copy = &copies(data)[0];
    let restored = done(data, &["catalog", "restore"]);
    assert!(restored.err.contains(copy.to_str().unwrap()) && restored.err.contains("1 workspace"), "{restored:?}");
    let server = Process::serve(data);
    assert!(done(data, &["tenants", "list"]).after("acme").contains("active"));
    let found = freehold(data, &["doctor"], "");
    assert!(found.status == 1 && found.out.contains("beta-") && found.out.contains("orphan"), "{found:?}");
    done(data, &["doctor", "--fix"]);
    let orphans: Vec<_> = fs::read_dir(data.join("orphans")).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(orphans.iter().any(|file| file.extension() == Some("db".as_ref())), "{orphans:?}");
    done(data, &["doctor"]);
    sign_up(data, "gamma");
    assert_eq!(server.terminate(), 0);
    let before = |file: &PathBuf| file.to_str().unwrap().contains("catalog-replaced-");
    let aside = fs::read_dir(data).unwrap().map(|file| file.unwrap().path()).filter(before).count();
    assert!(aside >= 2, "the catalog and its log are kept");
}

#[test]
fn a_copy_that_is_put_in_place_by_hand_beside_the_log_of_a_crash_is_noticed() {
    let folder = folder();
    let data = folder.path();
    let server = Process::serve(data);
    done(data, &["backup", "--all"]);
    sign_up(data, "beta");
    server.kill();
    fs::copy(&copies(data)[0], data.join("catalog.db")).unwrap();
    let log = fs::read(data.join("catalog.db-wal")).unwrap();
    let told = refused(data);
    assert!(told.contains("catalog.db-wal beside it belongs to the catalog that was there before"), "{told}");
    assert_eq!(fs::read(data.join("catalog.db-wal")).unwrap(), log, "nothing was changed");
    as_told(data, &told);
    assert!(done(data, &["tenants", "list"]).after("acme").contains("active"));
}

#[test]
fn a_lost_empty_or_new_catalog_is_not_taken_for_a_new_start() {
    let folder = folder();
    let data = folder.path();
    let file = database(data);
    let catalog = data.join("catalog.db");
    let new = {
        let other = tempfile::tempdir().unwrap();
        let server = Process::serve(other.path());
        assert_eq!(server.terminate(), 0);
        fs::read(other.path().join("catalog.db")).unwrap()
    };
    done(data, &["backup", "--all"]);
    fs::write(data.join("backups/catalog-29990101T000000000Z.db"), "").unwrap();
    for (content, says) in
        [(None, "is missing"), (Some(Vec::new()), "is empty (0 bytes)"), (Some(new), "knows no workspace")]
    {
        match &content {
            None => fs::remove_file(&catalog).unwrap(),
            Some(bytes) => fs::write(&catalog, bytes).unwrap(),
        }
        let told = refused(data);
        assert!(told.contains(says) && told.contains(catalog.to_str().unwrap()), "{told}");
        for command in [&["tenants", "list"][..], &["doctor", "--fix"]] {
            let refused = freehold(data, command, "");
            assert!(refused.status == 1 && refused.err.contains(says), "{refused:?}");
        }
        assert!(file.exists() && catalog.exists() == content.is_some(), "nothing was changed");
        let put_back = as_told(data, &told);
        assert!(!put_back.err.contains("29990101"), "the empty copy is not offered: {put_back:?}");
        assert!(done(data, &["tenants", "list"]).after("acme").contains("active"));
    }
    fs::remove_file(&catalog).unwrap();
    let restored = done(data, &["catalog", "restore"]);
    assert!(restored.err.contains("29990101T000000000Z.db cannot be used"), "{restored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_catalog_of_workspaces_that_are_all_elsewhere_is_not_taken_for_a_new_start() {
    let server = LibsqlServer::start(Options::default()).await.unwrap();
    let (url, admin_url) = (server.user_url(), server.admin_url());
    let set = [("STORAGE", "libsql-server"), ("LIBSQL_URL", &url), ("LIBSQL_ADMIN_URL", &admin_url)];
    let set = set.map(|(name, value)| (format!("FREEHOLD_{name}"), value));
    let set = set.each_ref().map(|(name, value)| (name.as_str(), *value));
    let (folder, catalog) = (tempfile::tempdir().unwrap(), "catalog.db");
    let data = folder.path();
    let run = |arguments: &[&str]| freehold_with(data, arguments, "", &set);
    assert_eq!(run(&["tenants", "create", "acme", "--username", "ada"]).status, 0);
    assert_eq!(run(&["backup", "--all"]).status, 0);
    fs::remove_file(data.join(catalog)).unwrap();
    let told = run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(told.status == 1 && told.err.contains("is missing") && told.err.contains("holds a copy of it"), "{told:?}");
    assert!(!data.join(catalog).exists(), "nothing was changed");
    as_told(data, &told.err);
    assert!(run(&["tenants", "list"]).after("acme").contains("active"));
}

#[test]
fn without_a_copy_it_says_what_else_there_is() {
    let folder = folder();
    let data = folder.path();
    fs::remove_file(data.join("catalog.db")).unwrap();
    let told = refused(data);
    assert!(told.contains("There is no copy of it in") && told.contains("catalog restore --data"), "{told}");
    assert!(told.contains("`freehold restore`") && told.contains("`freehold import`"), "{told}");
    let none = freehold(data, &["catalog", "restore"], "");
    assert!(none.status == 1 && none.err.contains("there is no copy of the catalog"), "{none:?}");
    let tenant = database_of(data);
    let other = freehold(data, &["catalog", "restore", tenant.to_str().unwrap()], "");
    assert!(other.status == 1 && other.err.contains("nothing was changed"), "{other:?}");
}

/// Returns the path of the only database file, found without the catalog.
fn database_of(data: &Path) -> PathBuf {
    let files = |folder: &Path| fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect::<Vec<_>>();
    let all = files(&data.join("tenants")).iter().flat_map(|shelf| files(shelf)).collect::<Vec<_>>();
    all.into_iter().find(|file| file.extension() == Some("db".as_ref())).unwrap()
}

#[test]
fn a_catalog_is_not_restored_under_a_server() {
    let folder = folder();
    let data = folder.path();
    done(data, &["backup", "--all"]);
    let server = Process::serve(data);
    for command in [&["catalog", "restore"][..], &["secret", "new", "--yes"]] {
        let output = freehold(data, command, "");
        assert!(output.status == 1 && output.err.contains("in use by another freehold"), "{output:?}");
    }
    assert_eq!(server.terminate(), 0);
}

#[test]
fn a_lost_secret_is_not_made_anew_unless_that_is_said() {
    let folder = folder();
    let data = folder.path();
    let secret = data.join("secret");
    fs::remove_file(&secret).unwrap();
    let told = refused(data);
    assert!(told.contains(secret.to_str().unwrap()) && told.contains("put the file back"), "{told}");
    assert!(told.contains("`freehold secret new`") && !secret.exists(), "{told}");
    let unasked = freehold(data, &["secret", "new"], "");
    assert!(unasked.status == 1 && unasked.err.contains("--yes") && !secret.exists(), "{unasked:?}");
    done(data, &["secret", "new", "--yes"]);
    let server = Process::serve(data);
    assert_eq!(server.terminate(), 0);
    let again = freehold(data, &["secret", "new", "--yes"], "");
    assert!(again.status == 1 && again.err.contains("nothing was changed"), "{again:?}");
}

#[test]
fn a_folder_that_others_may_write_is_refused() {
    let folder = folder();
    for mode in [0o777, 0o707, 0o702] {
        fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
        let told = refused(folder.path());
        assert!(told.contains("chmod o-w") && told.contains(folder.path().to_str().unwrap()), "{told}");
    }
}

#[test]
fn a_folder_that_its_group_may_write_is_served_with_a_warning() {
    let (folder, other) = (folder(), tempfile::tempdir().unwrap());
    let (data, log) = (folder.path(), other.path().join("log"));
    for (mode, is_told) in [(0o2770, true), (0o700, false)] {
        fs::set_permissions(data, Permissions::from_mode(mode)).unwrap();
        let server = Process::serve_logging(data, &[], fs::File::create(&log).unwrap());
        assert_eq!(server.terminate(), 0);
        let told = fs::read_to_string(&log).unwrap();
        assert_eq!(told.contains("may be written by its group") && told.contains("WARN"), is_told, "{told}");
    }
}

#[test]
fn a_folder_whose_path_is_not_utf8_is_refused_with_its_path() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join(OsStr::from_bytes(b"da\xffta"));
    let told = refused(&data);
    assert!(told.contains("da\u{fffd}ta") && told.contains("not UTF-8"), "{told}");
}
