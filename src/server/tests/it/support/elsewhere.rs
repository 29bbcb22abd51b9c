//! `Elsewhere` and `AtTurso`: servers whose new workspaces are on a double of libsql-server or of Turso. The double fails when
//! a test tells it to. `Elsewhere` also has one workspace on a local file.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use backend::{Operation, Outcome, operator_socket, socket_path};
use data_encoding::BASE64;
use domain::{Problem, Storage};
use double::{Fault, Faults, LibsqlServer, Naming, Options, Scope, turso};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

use super::{
    TestApp,
    http::{Answer, Ask},
};

/// Upper bound on an answer after the storage deadline of 2 s, on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_millis(2600);
/// Upper bound on an answer that waits for no deadline, on a busy machine.
pub(crate) const QUICK: Duration = Duration::from_millis(500);
pub(crate) const ME: &str = "/api/v1/users/me";
/// The workspace whose database is a local file.
pub(crate) const HOME: &str = "home";

/// A server, and the double of libsql-server on which its workspaces are.
pub(crate) struct Elsewhere {
    pub(crate) app: TestApp,
    pub(crate) server: LibsqlServer,
}

impl Elsewhere {
    /// Starts a server with default options of the double and no additional flags.
    pub(crate) async fn libsql_server() -> Self {
        Self::with(Options { admin_key: Some("open-sesame".into()), ..Options::default() }, &[]).await
    }

    pub(crate) async fn with(options: Options, flags: &[&str]) -> Self {
        Self::with_key(options, &[&["--libsql-admin-key", "open-sesame"], flags].concat()).await
    }

    /// Starts a server with `flags`, which must set the admin key.
    pub(crate) async fn with_key(options: Options, flags: &[&str]) -> Self {
        let server = LibsqlServer::start(options).await.unwrap();
        let (url, admin_url) = (server.user_url(), server.admin_url());
        let storage = ["--storage", "libsql-server", "--libsql-url", &url, "--libsql-admin-url", &admin_url];
        let always = [&storage[..], flags].concat();
        let elsewhere = Self { app: TestApp::with(&always).await, server };
        elsewhere.app.sign_up(HOME).await;
        elsewhere.operate(Operation::TenantMove(HOME.parse().unwrap(), Storage::Local)).await.unwrap();
        elsewhere
    }

    /// Runs an operation over the operator socket and returns its outcome.
    pub(crate) async fn operate(&self, operation: Operation) -> Result<Outcome, Problem> {
        operator_socket::call(&socket_path(self.app.data()), &operation).await.unwrap()
    }

    /// Signs up a workspace and returns an API token of its owner.
    pub(crate) async fn sign_up(&self, tenant: &str) -> String {
        self.app.sign_up(tenant).await;
        self.app.sign_in(tenant).await
    }

    pub(crate) fn faults(&self) -> &Faults {
        self.server.faults()
    }

    /// Returns the scope of faults that covers the workspace's database.
    pub(crate) async fn scope(&self, tenant: &str) -> Scope {
        let shown = self.operate(Operation::TenantShow(tenant.parse().unwrap())).await;
        let Ok(Outcome::Tenant(shown)) = shown else { panic!("{shown:?}") };
        Scope::database(shown.database)
    }

    /// Closes the workspace's database by suspending and resuming the tenant.
    pub(crate) async fn close(&self, tenant: &str) {
        for operation in [Operation::TenantSuspend, Operation::TenantResume] {
            self.operate(operation(tenant.parse().unwrap())).await.unwrap();
        }
    }

    pub(crate) fn me(&self, tenant: &str, token: &str) -> Ask {
        self.app.ask_at(tenant, "GET", ME).bearer(token)
    }

    /// Repeats a request until it succeeds, and returns how long that took.
    pub(crate) async fn is_back(&self, tenant: &str, token: &str) -> Duration {
        let begun = Instant::now();
        loop {
            let (answer, _) = timed(self.me(tenant, token)).await;
            match answer.status {
                200 => return begun.elapsed(),
                503 if begun.elapsed() < DEADLINE * 3 => tokio::time::sleep(Duration::from_millis(20)).await,
                _ => panic!("{answer:?}"),
            }
        }
    }
}

/// Sends a request and returns the answer and how long it took.
pub(crate) async fn timed(ask: Ask) -> (Answer, Duration) {
    let begun = Instant::now();
    let answer = ask.send().await;
    (answer, begun.elapsed())
}

/// Checks that the answer is the 503 of an unavailable database, within the deadline.
pub(crate) fn is_unavailable((answer, took): (Answer, Duration), what: impl std::fmt::Debug) {
    assert_eq!(answer.status, 503, "{what:?}: {}", answer.body);
    assert_eq!(answer.problem().2, "unavailable", "{what:?}");
    assert!(answer.header("retry-after").is_some_and(|after| after.parse().is_ok_and(|after: u32| after > 0)));
    assert!(took < DEADLINE, "{what:?}: {took:?}");
}

/// A server whose new workspaces are at Turso, and the doubles of Turso's API and of its databases.
pub(crate) struct AtTurso {
    pub(crate) app: TestApp,
    pub(crate) api: turso::Turso,
    pub(crate) server: LibsqlServer,
    keys: Arc<Mutex<Keys>>,
    /// Whether a new database answers at once.
    answering: Arc<AtomicBool>,
}

/// The key pair that signs database tokens.
struct Keys(Ed25519KeyPair);

const ORGANIZATION: &str = "freehold";

impl AtTurso {
    pub(crate) async fn start(spares: usize) -> Self {
        let keys = Arc::new(Mutex::new(Keys::new()));
        let pem = keys.lock().unwrap().public_pem();
        let options = Options { naming: Naming::Host, jwt_public_key_pem: Some(pem), ..Options::default() };
        let server = LibsqlServer::start(options).await.unwrap();
        let (databases, faults, answering) =
            (server.databases().clone(), server.faults().clone(), Arc::new(AtomicBool::new(true)));
        let (gone, signing, answers) = (databases.clone(), Arc::clone(&keys), Arc::clone(&answering));
        let hooks = turso::Hooks {
            on_create: Box::new(move |name| {
                databases.create(&key(name)).unwrap();
                if !answers.load(Ordering::SeqCst) {
                    faults.set(Scope::database(key(name)), Fault::NotFound);
                }
            }),
            on_delete: Box::new(move |name| assert!(gone.delete(&key(name)).unwrap(), "it is there")),
            mint: Box::new(move |name| signing.lock().unwrap().token(&key(name))),
        };
        let account = turso::Account { organization: ORGANIZATION.into(), group: "g".into(), token: "t".into() };
        let api = turso::Turso::start(account, hooks).await.unwrap();
        let (pattern, spares) = (format!("{}/{{hostname}}", server.user_url()), spares.to_string());
        let flags = ["--storage", "turso", "--turso-organization", ORGANIZATION, "--turso-group", "g"];
        let rest = ["--turso-api-token", "t", "--turso-api-url", api.url(), "--turso-database-url", &pattern];
        let flags = [&flags[..], &rest, &["--turso-spares", &spares]].concat();
        Self { app: TestApp::with(&flags).await, api, server, keys, answering }
    }

    /// Sets whether a new database answers at once. With `true`, all existing databases begin to answer too.
    pub(crate) fn answer(&self, answering: bool) {
        self.answering.store(answering, Ordering::SeqCst);
        if answering {
            self.server.faults().clear_all();
        }
    }

    /// Changes the key of every database, so that Turso refuses all tokens minted before.
    pub(crate) async fn rotate(&self) {
        let keys = Keys::new();
        let pem = keys.public_pem();
        *self.keys.lock().unwrap() = keys;
        for database in self.server.databases().keys() {
            let url = format!("{}/v1/namespaces/{database}/config", self.server.admin_url());
            let config = json!({ "block_reads": false, "block_writes": false, "jwt_key": pem });
            let answer = reqwest::Client::new().post(url).json(&config).send().await.unwrap();
            assert!(answer.status().is_success());
        }
    }

    /// Returns the number of database tokens requested so far.
    pub(crate) fn minted(&self) -> usize {
        self.api.exchanges().iter().filter(|exchange| exchange.path.ends_with("/auth/tokens")).count()
    }

    pub(crate) fn me(&self, tenant: &str, token: &str) -> Ask {
        self.app.ask_at(tenant, "GET", ME).bearer(token)
    }
}

/// Returns the key of a database in the double: the first label of its hostname.
fn key(name: &str) -> String {
    format!("{name}-{ORGANIZATION}")
}

impl Keys {
    fn new() -> Self {
        Self(Ed25519KeyPair::generate().unwrap())
    }

    fn public_pem(&self) -> String {
        let prefix = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
        pem("PUBLIC KEY", &[&prefix[..], self.0.public_key().as_ref()].concat())
    }

    /// Signs a token that opens this database.
    fn token(&self, database: &str) -> String {
        let private = pem("PRIVATE KEY", self.0.to_pkcs8v1().unwrap().as_ref());
        let key = EncodingKey::from_ed_pem(private.as_bytes()).unwrap();
        let claims = json!({ "p": { "rw": { "ns": [database] } } });
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &key).unwrap()
    }
}

fn pem(what: &str, der: &[u8]) -> String {
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", BASE64.encode(der))
}
