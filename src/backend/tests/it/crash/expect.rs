//! The expected state after an operation was killed, for each crash point.

use std::path::Path;

use backend::{CrashPoint, Error, Operation, Outcome};
use domain::{BackupView, Storage};

use super::{
    act::{Act, acme, gamma},
    look::people,
};
use crate::{Freehold, browser, sign_in};

impl Act {
    /// Checks the result of an operation that was killed after it had reached these crash points.
    pub(super) async fn expect(self, freehold: &Freehold, reached: &[CrashPoint], when: &str) {
        let has = |step| reached.contains(&step);
        match self {
            Self::SignUp => gamma_is(freehold, has(CrashPoint::CreateDone), when).await,
            Self::Import => gamma_is_imported(freehold, has(CrashPoint::ImportDone), when).await,
            Self::TakingASignUpBack => gamma_is(freehold, false, when).await,
            Self::Delete if has(CrashPoint::DeleteNoted) => acme_is_gone(freehold, when).await,
            Self::EndingADeletion => acme_is_gone(freehold, when).await,
            Self::DeleteWithoutBackup if has(CrashPoint::DeleteNoted) => acme_waits(freehold, when),
            Self::BringBack if !has(CrashPoint::RestoreDone) => acme_is_gone(freehold, when).await,
            Self::Replace if has(CrashPoint::SwitchDone) => {
                acme_is(freehold, Some("Ada"), when).await;
                freehold.operator.run(Operation::TenantUndo(acme())).await.unwrap();
                acme_is(freehold, Some("Lovelace"), when).await;
            }
            Self::Replace | Self::TakingARestoreBack => acme_is(freehold, Some("Lovelace"), when).await,
            Self::Undo if has(CrashPoint::SwitchDone) => acme_is(freehold, Some("Lovelace"), when).await,
            Self::BackUp => backups_are(freehold, u8::from(has(CrashPoint::BackupDone)), when).await,
            Self::Retain => backups_are(freehold, after_retention(reached), when).await,
            Self::MoveThere => acme_is_on(freehold, Storage::LibsqlServer, has(CrashPoint::SwitchDone), when).await,
            Self::MoveHere => acme_is_on(freehold, Storage::Local, has(CrashPoint::SwitchDone), when).await,
            Self::Migrate => {
                acme_has_migrations(freehold, if has(CrashPoint::MigrateDone) { newest() } else { 1 }, when).await;
            }
            _ => acme_is(freehold, Some("Ada"), when).await,
        }
    }
}

/// The expected number of backups. There are two at first. A third is made, and each backup whose manifest was renamed counts
/// no more.
fn after_retention(reached: &[CrashPoint]) -> u8 {
    let gone = reached.iter().filter(|&&step| step == CrashPoint::RetainNoted).count();
    2 + u8::from(reached.contains(&CrashPoint::BackupDone)) - u8::try_from(gone).unwrap()
}

/// Checks that acme's owner can sign in, that all its users are there, and that ada has this display name.
async fn acme_is(freehold: &Freehold, ada: Option<&str>, when: &str) {
    sign_in(&freehold.visit("acme").unwrap_or_else(|error| panic!("{when}: {error}")), &browser()).await;
    let told = [("ada".to_owned(), ada.map(str::to_owned)), ("root".to_owned(), None)];
    assert_eq!(people(&freehold.operator, "acme").await, told, "{when}");
}

/// Checks that acme is complete. With `there` it must be on this storage, and otherwise on the other one.
async fn acme_is_on(freehold: &Freehold, storage: Storage, there: bool, when: &str) {
    let Outcome::Tenant(view) = freehold.operator.run(Operation::TenantShow(acme())).await.unwrap() else { panic!() };
    assert_eq!(view.storage == storage, there, "{when}");
    acme_is(freehold, Some("Ada"), when).await;
}

/// Checks that acme is deleted, that its name is in quarantine, and that its last backup can be restored.
async fn acme_is_gone(freehold: &Freehold, when: &str) {
    acme_waits(freehold, when);
    freehold.operator.run(Operation::Restore(acme(), None)).await.unwrap();
    acme_is(freehold, Some("Ada"), when).await;
}

fn acme_waits(freehold: &Freehold, when: &str) {
    assert!(matches!(freehold.visit("acme"), Err(Error::UnknownTenant)), "{when}");
    let free = freehold.backend.ensure_name_is_free(&acme());
    assert!(matches!(free, Err(Error::Taken(_))), "{when}: {free:?}");
}

/// Checks that gamma's owner can sign in. If gamma must not exist, its name must be free.
async fn gamma_is(freehold: &Freehold, there: bool, when: &str) {
    if !there {
        gamma_is_free(freehold, when);
        freehold.sign_up("gamma").await;
    }
    sign_in(&freehold.visit("gamma").unwrap_or_else(|error| panic!("{when}: {error}")), &browser()).await;
}

/// Checks that gamma has all users of acme, and that its owner has a one-time password. If gamma must not exist, an import must
/// create it.
async fn gamma_is_imported(freehold: &Freehold, there: bool, when: &str) {
    if !there {
        gamma_is_free(freehold, when);
        Act::Import.run(&freehold.operator, freehold.folder.path()).await.unwrap();
    }
    let told = [("ada".to_owned(), Some("Ada".to_owned())), ("root".to_owned(), None)];
    assert_eq!(people(&freehold.operator, "gamma").await, told, "{when}");
    let root = Operation::UserShow(gamma(), "root".parse().unwrap());
    let Outcome::User { user, .. } = freehold.operator.run(root).await.unwrap() else { panic!() };
    assert!(user.password_change_required, "{when}: it has a one-time password");
}

fn gamma_is_free(freehold: &Freehold, when: &str) {
    assert!(matches!(freehold.visit("gamma"), Err(Error::UnknownTenant)), "{when}");
    assert!(freehold.backend.ensure_name_is_free(&gamma()).is_ok(), "{when}");
}

/// Checks the number of backups, and restores each one in a drill.
async fn backups_are(freehold: &Freehold, count: u8, when: &str) {
    let Outcome::Backups(all) = freehold.operator.run(Operation::BackupList(None)).await.unwrap() else { panic!() };
    assert_eq!(all.len(), usize::from(count), "{when}");
    for BackupView { file, .. } in all {
        freehold.operator.run(Operation::BackupDrill(Some(file.into()))).await.unwrap();
    }
    acme_is(freehold, Some("Ada"), when).await;
}

/// Checks that acme's schema has exactly this version. The next request then migrates it and keeps all users.
async fn acme_has_migrations(freehold: &Freehold, version: i64, when: &str) {
    let file = libsql::Builder::new_local(freehold.database("acme")).build().await.unwrap().connect().unwrap();
    let look = "SELECT count(*),
        (SELECT count(*) FROM sqlite_schema WHERE name IN ('activity', 'sizes', 'user_search', 'user_added')),
        (SELECT count(*) FROM pragma_table_info('users') WHERE name IN ('search', 'number')) FROM migrations";
    let row = file.query(look, ()).await.unwrap().next().await.unwrap().unwrap();
    let found = [0, 1, 2].map(|column| *row.get_value(column).unwrap().as_integer().unwrap());
    let [tables, columns] = if version == 1 { [0, 0] } else { [4, 2] };
    assert_eq!(found, [version, tables, columns], "{when}");
    drop((row, file));
    acme_is(freehold, None, when).await;
}

/// The newest schema version.
fn newest() -> i64 {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/tenant")).unwrap();
    i64::try_from(files.count()).unwrap()
}

/// Turns a database into one with schema version 1, as an older program would have left it.
pub(super) async fn make_old(file: &Path) {
    let old = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let take_back = "
        DROP TRIGGER user_added; DROP TRIGGER user_renamed; DROP TRIGGER user_removed; DROP TABLE user_search;
        DROP INDEX users_by_email_key; DROP INDEX managers;
        ALTER TABLE users DROP COLUMN email_key; ALTER TABLE users DROP COLUMN one_time_password_expires_at;
        DROP INDEX users_by_number; DROP INDEX owners; ALTER TABLE users DROP COLUMN number;
        DROP TABLE activity; DROP TABLE sizes; DROP INDEX users_by_last_sign_in;
        ALTER TABLE users DROP COLUMN display_name; ALTER TABLE users DROP COLUMN last_sign_in_at;
        ALTER TABLE users DROP COLUMN search; DELETE FROM migrations WHERE version > 1";
    old.execute_batch(take_back).await.unwrap();
}
