//! The operations that are killed, and the folder that each one needs.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use backend::{Backend, CrashPoint, CrashPoints, Error, Operation, Operator};
use domain::{ChangeUserForm, Storage};
use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{
    DOING, killed, steps_of,
    world::{World, connect},
};
use crate::form;

/// An operation that is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    SignUp,
    /// A start after a sign-up was killed.
    TakingASignUpBack,
    Delete,
    DeleteWithoutBackup,
    /// A start after a deletion was killed.
    EndingADeletion,
    Replace,
    /// A start after a restore was killed.
    TakingARestoreBack,
    BringBack,
    Undo,
    ForgetCopies,
    BackUp,
    Retain,
    Drill,
    Import,
    Doctor,
    Migrate,
    MoveThere,
    MoveHere,
}

pub(super) fn acme() -> domain::TenantName {
    "acme".parse().unwrap()
}

pub(super) fn gamma() -> domain::TenantName {
    "gamma".parse().unwrap()
}

impl Act {
    /// Runs the operation. For a start there is nothing left to do.
    pub(super) async fn run(self, operator: &Operator, folder: &Path) -> Result<(), Error> {
        let operation = match self {
            Self::TakingASignUpBack | Self::EndingADeletion | Self::TakingARestoreBack => return Ok(()),
            Self::SignUp => Operation::TenantCreate(form("gamma")),
            Self::Delete => Operation::TenantDelete { name: acme(), backup: true },
            Self::DeleteWithoutBackup => Operation::TenantDelete { name: acme(), backup: false },
            Self::Replace | Self::BringBack => Operation::Restore(acme(), None),
            Self::Undo => Operation::TenantUndo(acme()),
            Self::ForgetCopies => Operation::TenantForgetCopies(acme()),
            Self::BackUp => Operation::Backup(acme(), None),
            Self::Retain => Operation::Backup(acme(), Some("1".parse().unwrap())),
            Self::Drill => Operation::BackupDrill(None),
            Self::Import => Operation::Import(gamma(), folder.join("acme.exported"), None),
            Self::Doctor => Operation::DoctorStorages { fix: true },
            Self::Migrate => Operation::TenantOverview(acme()),
            Self::MoveThere => Operation::TenantMove(acme(), Storage::LibsqlServer),
            Self::MoveHere => Operation::TenantMove(acme(), Storage::Local),
        };
        operator.run(operation).await.map(drop)
    }

    /// Prepares a folder for the operation. It has the workspace acme with the users root and ada, and the workspace beta with
    /// the user root.
    pub(super) async fn ready(self, on: Storage) -> TempDir {
        static HERE: OnceCell<Vec<u8>> = OnceCell::const_new();
        static THERE: OnceCell<Vec<u8>> = OnceCell::const_new();
        let both = if on == Storage::Local { &HERE } else { &THERE }.get_or_init(|| both(on)).await;
        let folder = unpacked(both);
        match self {
            Self::TakingASignUpBack => return left_by(Self::SignUp, on, CrashPoint::CreateOwned).await,
            Self::EndingADeletion => return left_by(Self::Delete, on, CrashPoint::DeleteNoted).await,
            Self::TakingARestoreBack => return left_by(Self::Replace, on, CrashPoint::FillWritten).await,
            _ => {}
        }
        let freehold = World::open(folder, on, SignedDuration::from_mins(1), CrashPoints::default()).await;
        for operation in self.before(freehold.folder.path()) {
            freehold.operator.run(operation).await.unwrap();
            freehold.clock.pass(SignedDuration::from_mins(1));
        }
        let file = (self == Self::Migrate).then(|| freehold.database("acme"));
        let folder = freehold.closed().await;
        if let Some(file) = file {
            super::expect::make_old(&file).await;
        }
        folder
    }

    /// The operations that run before it.
    fn before(self, folder: &Path) -> Vec<Operation> {
        let (back_up, restore) = (Operation::Backup(acme(), None), Operation::Restore(acme(), None));
        match self {
            Self::Replace => vec![back_up, call_ada("Lovelace")],
            Self::Undo | Self::ForgetCopies => vec![back_up, call_ada("Lovelace"), restore],
            Self::BringBack => vec![Operation::TenantDelete { name: acme(), backup: true }],
            Self::Retain => vec![back_up.clone(), back_up],
            Self::Drill => vec![back_up],
            Self::Import => vec![Operation::Export(acme(), folder.join("acme.exported"))],
            _ => vec![],
        }
    }
}

/// Returns a folder with acme and beta, as a tar archive in memory. All tests share it, and no test removes it.
async fn both(on: Storage) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let freehold = World::open(folder, on, SignedDuration::ZERO, CrashPoints::default()).await;
    for name in ["acme", "beta"] {
        freehold.sign_up(name).await;
    }
    let ada = domain::AddUserForm { username: "ada".into(), ..domain::AddUserForm::default() };
    freehold.operator.run(Operation::UserAdd(acme(), ada)).await.unwrap();
    freehold.operator.run(call_ada("Ada")).await.unwrap();
    packed(&freehold.closed().await)
}

fn packed(folder: &TempDir) -> Vec<u8> {
    let packed = Command::new("tar").args(["-c", "."]).current_dir(folder).output().unwrap();
    assert!(packed.status.success());
    packed.stdout
}

fn unpacked(packed: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut unpacking = Command::new("tar").arg("-x").current_dir(&folder).stdin(Stdio::piped()).spawn().unwrap();
    unpacking.stdin.take().unwrap().write_all(packed).unwrap();
    assert!(unpacking.wait().unwrap().success());
    folder
}

/// Kills an operation at this crash point, and returns the folder.
async fn left_by(act: Act, on: Storage, step: CrashPoint) -> TempDir {
    let folder = Box::pin(act.ready(on)).await;
    let at = steps_of(act, on, folder.path()).await.iter().position(|&reached| reached == step).unwrap();
    killed::at(folder.path(), (act, on), at).await;
    folder
}

pub(super) fn call_ada(name: &str) -> Operation {
    let form = ChangeUserForm { display_name: Some(name.into()), ..ChangeUserForm::default() };
    Operation::UserChange(acme(), "ada".parse().unwrap(), form)
}

/// Runs the operation in a folder, with the server at these addresses, and reports its crash points.
pub(super) async fn done_in(folder: &Path, (act, on): (Act, Storage), urls: &[String; 2], steps: CrashPoints) {
    let clock = std::sync::Arc::new(crate::TestClock::new());
    clock.pass(DOING);
    let mut settings = crate::settings_at(folder);
    connect(&mut settings, on, urls, steps);
    let (_, operator): (Backend, _) = crate::open(settings, &clock).await.unwrap();
    act.run(&operator, folder).await.unwrap();
}
