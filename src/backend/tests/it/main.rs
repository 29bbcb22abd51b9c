//! The promises of the backend, tested on real libSQL files. Each test has a folder of its own and a clock that stands still
//! until the test moves it.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the answer")]

mod accounts;
mod crash;
mod damage;
mod fleet;
mod import;
mod keeping;
mod owners;
mod people;
mod sessions;
mod statements;
mod tenants;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use backend::{
    Ambient, Backend, Client, ClientKind, Clock, CrashPoints, Downloads, Error, OpenError, Operator, Rate, Session,
    Settings, SignUpPolicy, Visitor,
};
use domain::{BaseUrl, Secret, SignIn, SignUpForm, SignedIn};
use jiff::{SignedDuration, Timestamp};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A clock that tests move.
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(1_800_000_000_000))
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

/// An open Freehold in a folder of its own.
pub(crate) struct Freehold {
    pub(crate) backend: Backend,
    pub(crate) operator: Operator,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) folder: tempfile::TempDir,
}

impl Freehold {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings(&folder);
        change(&mut settings);
        let clock = Arc::new(TestClock::new());
        let (backend, operator) = open(settings, &clock).await.unwrap();
        Self { backend, operator, clock, folder }
    }

    /// Opens an existing folder. Its clock is this much later than the start of `new`'s clock.
    pub(crate) async fn at(
        folder: tempfile::TempDir,
        later: SignedDuration,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let clock = Arc::new(TestClock::new());
        clock.pass(later);
        let mut settings = settings(&folder);
        change(&mut settings);
        let (backend, operator) = open(settings, &clock).await.unwrap();
        Self { backend, operator, clock, folder }
    }

    /// Stops it completely, and returns its folder.
    pub(crate) async fn stopped(self) -> tempfile::TempDir {
        let Self { backend, operator, folder, .. } = self;
        backend.close().await;
        drop((backend, operator));
        let lock = std::fs::File::open(folder.path().join("lock")).unwrap();
        while lock.try_lock().is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await; // a task or a child process still holds the lock
        }
        folder
    }

    /// Stops it and starts it again.
    pub(crate) async fn restarted(self) -> Self {
        let Self { backend, operator, clock, folder } = self;
        backend.close().await;
        drop((backend, operator));
        let (backend, operator) = open(settings(&folder), &clock).await.unwrap();
        Self { backend, operator, clock, folder }
    }

    pub(crate) async fn sign_up(&self, tenant: &str) -> Visitor {
        self.backend.sign_up(form(tenant), &browser()).await.map(|made| made.visitor().clone()).unwrap()
    }

    /// The file of a tenant's database.
    pub(crate) fn database(&self, tenant: &str) -> std::path::PathBuf {
        let id = self.visit(tenant).unwrap().id().to_string();
        let folder = self.folder.path().join("tenants").join(&id[id.len() - 2..]);
        let mut files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let is_its = |path: &std::path::PathBuf| {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            stem.starts_with(&format!("{tenant}-")) && path.extension() == Some("db".as_ref())
        };
        files.find(is_its).unwrap()
    }

    /// The present file of a tenant's database. It works after a restore or a move too.
    pub(crate) async fn live_database(&self, tenant: &str) -> std::path::PathBuf {
        let show = backend::Operation::TenantShow(tenant.parse().unwrap());
        let Ok(backend::Outcome::Tenant(view)) = self.operator.run(show).await else { panic!() };
        self.database(tenant).with_file_name(format!("{}.db", view.database))
    }

    pub(crate) fn visit(&self, tenant: &str) -> Result<Visitor, Error> {
        self.backend.visit(&tenant.parse().unwrap())
    }
}

pub(crate) async fn open(settings: Settings, clock: &Arc<TestClock>) -> Result<(Backend, Operator), OpenError> {
    Backend::open(settings, Arc::<TestClock>::clone(clock), Arc::new(Ambient)).await
}

pub(crate) fn settings(folder: &tempfile::TempDir) -> Settings {
    settings_at(folder.path())
}

pub(crate) fn settings_at(folder: &std::path::Path) -> Settings {
    Settings {
        data: folder.to_owned(),
        secret_file: None,
        base_url: BaseUrl::localhost(3000),
        sign_up: SignUpPolicy::Open,
        sign_up_rate: Rate::Off,
        sign_in_rate: Rate::Off,
        account_rate: Rate::Off,
        user_rate: Rate::Off,
        lookup_rate: Rate::Off,
        reserved: domain::ReservedNames::default(),
        max_tenants: None,
        max_open: None,
        storages: backend::StorageSettings {
            default: domain::Storage::Local,
            libsql_server: None,
            turso: None,
            deadline: std::time::Duration::from_secs(2),
        },
        downloads: Downloads::default(),
        backups: None,
        crash_points: CrashPoints::default(),
    }
}

pub(crate) fn form(tenant: &str) -> SignUpForm {
    SignUpForm { tenant: tenant.into(), username: "root".into(), password: secret(PASSWORD), email: None }
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

pub(crate) fn browser() -> Client {
    Client { address: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: "test".into(), kind: ClientKind::Browser }
}

pub(crate) fn program() -> Client {
    Client { kind: ClientKind::Api, ..browser() }
}

/// Opens a session with a token, as the kind of client that the token names.
pub(crate) trait Enter {
    async fn enter(&self, token: &Secret) -> Result<Session, Error>;
}

impl Enter for Visitor {
    async fn enter(&self, token: &Secret) -> Result<Session, Error> {
        let claims =
            data_encoding::BASE64URL_NOPAD.decode(token.expose().split('.').nth(1).unwrap().as_bytes()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        let door = if claims["door"] == "browser" { ClientKind::Browser } else { ClientKind::Api };
        self.authenticate(token.expose(), door).await
    }
}

pub(crate) async fn sign_in(visitor: &Visitor, client: &Client) -> SignedIn {
    try_sign_in(visitor, "root", PASSWORD, client).await.unwrap()
}

pub(crate) async fn try_sign_in(visitor: &Visitor, name: &str, word: &str, client: &Client) -> Result<SignedIn, Error> {
    visitor.sign_in(SignIn { username: name.into(), password: secret(word) }, client).await
}
