//! The kinds of storage that the tests run on, and the setup of each: the test doubles, the settings for them, and the settings
//! for the real servers.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use domain::{Secret, Storage};
use double::{LibsqlServer, Naming, Options, turso};

use super::sqld::{ADMIN_KEY, Sqld};
use crate::{
    Ambient, Clock, LibsqlServerSettings, TursoSettings,
    libsql_server::tests::{key, minter},
};

/// Deadline of each call. It is shorter than the time after which a libsql-server takes the lock from a writer.
pub(super) const DEADLINE: Duration = Duration::from_secs(4);
/// Organization name on the Turso double.
const ORGANIZATION: &str = "acme";

/// The kind of storage that a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Local,
    LibsqlServer,
    Turso,
    RealLibsqlServer,
    RealTurso,
}

/// The server behind the storage, if there is one.
pub(super) enum Behind {
    Nothing,
    /// Runs in the test's process.
    Double(LibsqlServer),
    /// Runs in the test's process, with the Platform API in front of it.
    DoubleOfTurso(LibsqlServer, turso::Turso),
    /// A real server that others use too.
    Real,
}

/// Settings of libsql-server, settings of Turso, and the server behind them.
pub(super) type Set = (Option<LibsqlServerSettings>, Option<TursoSettings>, Behind);

impl Kind {
    /// The kinds that can be tested here. A real server is tested only if its environment variables were set at build time.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let real = [(cfg!(test_sqld), Self::RealLibsqlServer), (cfg!(test_turso), Self::RealTurso)];
        let real = real.into_iter().filter_map(|(is_there, kind)| is_there.then_some(kind));
        [Self::Local, Self::LibsqlServer, Self::Turso].into_iter().chain(real)
    }

    pub(super) fn storage(self) -> Storage {
        match self {
            Self::Local => Storage::Local,
            Self::LibsqlServer | Self::RealLibsqlServer => Storage::LibsqlServer,
            Self::Turso | Self::RealTurso => Storage::Turso,
        }
    }

    pub(super) async fn set_up(self) -> Set {
        match self {
            Self::Local => (None, None, Behind::Nothing),
            Self::LibsqlServer => {
                let double = double(Naming::Namespace).await;
                (Some(libsql_server(&double.user_url(), &double.admin_url())), None, Behind::Double(double))
            }
            Self::RealLibsqlServer => {
                let sqld = Sqld::shared().await;
                (Some(libsql_server(sqld.url.as_str(), sqld.admin_url.as_str())), None, Behind::Real)
            }
            Self::Turso => {
                let double = double(Naming::Host).await;
                let account =
                    turso::Account { organization: ORGANIZATION.into(), group: "g".into(), token: "t".into() };
                let api = turso::Turso::start(account, hooks(&double)).await.unwrap();
                let settings = turso_settings(api.url(), format!("{}/{{hostname}}", double.user_url()));
                (None, Some(settings), Behind::DoubleOfTurso(double, api))
            }
            Self::RealTurso => (None, Some(account()), Behind::Real),
        }
    }
}

async fn double(naming: Naming) -> LibsqlServer {
    let (key, admin_key) = (Some(BASE64URL_NOPAD.encode(&key().1)), Some(ADMIN_KEY.to_owned()));
    LibsqlServer::start(Options { jwt_public_key_pem: key, admin_key, naming, ..Options::default() }).await.unwrap()
}

/// First label of the host name that the Turso double gives a database.
pub(super) fn host(name: &str) -> String {
    format!("{name}-{ORGANIZATION}")
}

/// Does on the double what Turso does behind its Platform API: creates and deletes databases, and mints tokens.
fn hooks(double: &LibsqlServer) -> turso::Hooks {
    let (making, deleting, (minter, _)) = (double.databases().clone(), double.databases().clone(), minter());
    let mint =
        move |name: &str| minter.mint(&host(name).parse().unwrap(), Ambient.now()).unwrap().token.expose().to_owned();
    turso::Hooks {
        on_create: Box::new(move |name| assert!(making.create(&host(name)).unwrap())),
        on_delete: Box::new(move |name| assert!(deleting.delete(&host(name)).unwrap())),
        mint: Box::new(mint),
    }
}

fn libsql_server(url: &str, admin_url: &str) -> LibsqlServerSettings {
    let (admin_key, jwt_key) = (Some(Secret::from(ADMIN_KEY.to_owned())), Some(Secret::from(key().0)));
    LibsqlServerSettings { url: url.parse().unwrap(), admin_url: admin_url.parse().unwrap(), admin_key, jwt_key }
}

fn turso_settings(api_url: &str, database_url: String) -> TursoSettings {
    TursoSettings {
        organization: ORGANIZATION.into(),
        group: "g".into(),
        token: Secret::from("t".to_owned()),
        api_url: api_url.parse().unwrap(),
        database_url,
        size_limit: None,
        spares: 0,
    }
}

/// Settings of the real Turso account for tests, from `FREEHOLD_TEST_TURSO_*`.
fn account() -> TursoSettings {
    let of = |name: &str| std::env::var(format!("FREEHOLD_TEST_TURSO_{name}")).expect("an account at Turso");
    let real = turso_settings("https://api.turso.tech", "https://{hostname}".into());
    TursoSettings { organization: of("ORGANIZATION"), group: of("GROUP"), token: of("API_TOKEN").into(), ..real }
}
