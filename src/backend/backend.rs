//! `Backend`: an open Freehold. It holds the data folder's lock, the catalog, the keys, the pool of open databases and the rate
//! limits. It returns a `Visitor` for the tenant that a request names.

use std::{net::IpAddr, path::PathBuf, sync::Arc};

use domain::{BaseUrl, Fields, TenantId, TenantName};
use jiff::Timestamp;
use storage::{StorageError, Stores, chain};
use tokio::sync::Semaphore;

use crate::{
    Client, Clock, Error, Operator, Random, Settings, SignUpPolicy, Visitor,
    auth::account_limit::Accounts,
    auth::hasher::Hasher,
    auth::one_time_display::OneTimeDisplay,
    auth::rate_limit::Limit,
    auth::request_ids::RequestIds,
    auth::secrets::{Purpose, SecretError, Secrets},
    auth::token::{Claims, Token},
    fleet::catalog::{Catalog, taken},
    fleet::data_folder::DataFolder,
    fleet::recovery::cleanup_queue::CleanupQueue,
    fleet::recovery::start::Start,
    fleet::tenants::pool::Pool,
    fleet::tenants::{Lease, Tenant},
    schema::tenant_schema,
};

/// An open Freehold. A clone is a handle to the same one.
#[derive(Clone)]
pub struct Backend(Arc<Inner>);

/// The state that all clones share. Its type is not exported, so no other crate can name it or reach into it.
pub struct Inner {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) secrets: Secrets,
    pub(crate) catalog: Catalog,
    pub(crate) stores: Stores,
    pub(crate) hasher: Hasher,
    pub(crate) sign_ups: Limit<IpAddr>,
    pub(crate) sign_ins: Limit<IpAddr>,
    pub(crate) lookups: Limit<IpAddr>,
    pub(crate) accounts: Accounts,
    /// The limit on passwords that a workspace sets for its users.
    pub(crate) passwords_set: Limit<TenantId>,
    pub(crate) one_time_display: OneTimeDisplay,
    /// One permit for each download that may run at the same time.
    pub(crate) downloads: Arc<Semaphore>,
    pub(crate) request_ids: RequestIds,
    pub(crate) pool: Arc<Pool>,
    pub(crate) cleanup: CleanupQueue,
    /// Read-locked by work that outlives its request. `close` takes the write lock, so it waits for that work.
    pub(crate) lasting: Arc<tokio::sync::RwLock<()>>,
    /// The last field, so that the folder's lock is released after everything else is closed.
    pub(crate) folder: DataFolder,
}

/// Why a data folder cannot be opened, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process serves this data folder.
    #[error("{} is in use by another freehold: stop it first, or give this one another --data folder", folder.display())]
    Locked {
        /// The data folder.
        folder: PathBuf,
    },
    /// The data folder cannot be created or used.
    #[error("the data folder {} cannot be used: {source}", folder.display())]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// All users of the machine may write to the data folder. They could put a secret or a database of their own into it.
    #[error("the data folder {0} can be written to by all users of the machine: run `chmod o-w {0}`", folder.display())]
    Writable {
        /// The data folder.
        folder: PathBuf,
    },
    /// The catalog is lost or cannot be used. The text says how to repair it.
    #[error("{0}")]
    Catalog(String),
    /// The master secrets cannot be loaded.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The storage of databases cannot be opened.
    #[error("{what} cannot be opened: {why}")]
    Storage {
        /// The storage that failed.
        what: &'static str,
        /// The chain of causes.
        why: String,
    },
    /// The threads for password hashing cannot be started.
    #[error("threads cannot be started: {0}")]
    Threads(std::io::Error),
}

impl std::ops::Deref for Backend {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Backend {
    /// Opens the data folder: takes its lock, migrates the catalog and removes what a crash left unfinished. The caller owns
    /// the folder and gets its `Operator`.
    pub async fn open(
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<(Self, Operator), OpenError> {
        let opening = tokio::task::spawn_blocking(move || Self::open_folder(settings, clock, random));
        let backend = opening.await.map_err(|error| OpenError::Threads(error.into()))??;
        backend.recover().await;
        let operator = Operator::new(backend.clone());
        Ok((backend, operator))
    }

    fn open_folder(settings: Settings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, OpenError> {
        let storage = |what| move |error: StorageError| OpenError::Storage { what, why: chain(&error) };
        let now = clock.now();
        let folder = DataFolder::lock(&settings.data)?;
        let start = Start::new(&folder, &settings);
        start.look()?;
        let stores =
            Stores::open(folder.root(), &settings.storages, tenant_schema(&settings.crash_points), &clock, &random)
                .map_err(storage("the storage of databases"))?;
        let catalog = Catalog::open(&folder.catalog(), now).map_err(|error| start.unusable(&error))?;
        start.fits(&catalog)?;
        let inner = Inner {
            secrets: Secrets::load(start.secret(), &*random, catalog.len())?,
            catalog,
            hasher: Hasher::start().map_err(OpenError::Threads)?,
            sign_ups: Limit::new(settings.sign_up_rate, "too many sign-ups from this address"),
            sign_ins: Limit::new(settings.sign_in_rate, "too many sign-ins from this address"),
            lookups: Limit::new(settings.lookup_rate, "too many names looked up from this address"),
            accounts: Accounts::new(settings.account_rate),
            passwords_set: Limit::new(settings.user_rate, "too many passwords set in this workspace"),
            one_time_display: OneTimeDisplay::default(),
            downloads: Arc::new(Semaphore::new(settings.downloads.at_once)),
            request_ids: RequestIds::default(),
            pool: Arc::new(Pool::new(stores.clone(), settings.max_open, settings.storages.deadline)),
            lasting: Arc::default(),
            cleanup: CleanupQueue::default(),
            stores,
            settings,
            clock,
            random,
            folder,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Returns a `Visitor` for the tenant with this name. The tenant must be active and not under maintenance.
    pub fn visit(&self, name: &TenantName) -> Result<Visitor, Error> {
        let tenant = self.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        tenant.ensure_open()?;
        Ok(Visitor::new(self.clone(), tenant))
    }

    /// Checks that a new workspace can have this name now.
    pub fn ensure_name_is_free(&self, name: &TenantName) -> Result<(), Error> {
        if self.settings.reserved.contains(name) {
            return Err(Fields::one("tenant", "This name is reserved. Choose another.").into());
        }
        let is_kept = || self.catalog.kept_until(name, None, self.now()).is_some();
        if self.catalog.by_name(name).is_some() || is_kept() { Err(taken()) } else { Ok(()) }
    }

    /// Counts one lookup of a name against the client's rate limit.
    pub fn may_look_up(&self, client: &Client) -> Result<(), Error> {
        self.lookups.check(client.address)
    }

    /// The base URL of this Freehold.
    pub fn base_url(&self) -> &BaseUrl {
        &self.settings.base_url
    }

    /// Who may sign up a workspace.
    pub fn sign_up_policy(&self) -> SignUpPolicy {
        self.settings.sign_up
    }

    /// The time now, by this backend's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Checks that requests can be answered: the catalog answers, and the disk has room to write.
    pub fn ready(&self) -> Result<(), Error> {
        self.folder.has_room()?;
        Ok(self.catalog.answers()?)
    }

    /// Closes every tenant's database. It first waits for the work that outlives its request.
    pub async fn close(&self) {
        let _all_done = self.lasting.write().await;
        self.pool.close_all().await;
    }

    /// Returns a new id for a request. The request's log lines and its response carry it.
    pub fn new_request_id(&self) -> String {
        self.request_ids.next(self.millis(), &*self.random).to_string()
    }

    /// Returns a random number that is used once, for a page's content security policy.
    pub fn nonce(&self) -> String {
        data_encoding::BASE64URL_NOPAD.encode(&self.random::<16>())
    }

    /// The key for private cookies of a tenant's pages. `None` is the base host.
    pub fn flash_key(&self, tenant: Option<&Visitor>) -> [u8; 64] {
        self.secrets.key(Purpose::Flash, tenant.map(Visitor::id), 1)
    }

    /// Returns the claims of a token if the key that it names has signed it. It opens no database.
    pub(crate) fn verify(&self, token: &Token<'_>) -> Result<Claims, Error> {
        let key = token.key()?;
        let tenant = self.catalog.by_id(key.tenant).ok_or(Error::Unauthenticated("the token's key is unknown"))?;
        let record = tenant.record();
        if record.key_epoch != key.epoch {
            return Err(Error::Unauthenticated("the token's key is of another epoch"));
        }
        record.keys(tenant.id, &self.secrets).verify(token, self.now())
    }

    /// Leases the open database of a tenant. The tenant must be active.
    pub(crate) async fn lease(&self, tenant: &Arc<Tenant>) -> Result<Lease, Error> {
        let lease = self.lease_unchecked(tenant).await?;
        tenant.ensure_open()?; // again: the tenant may have been suspended while this waited
        Ok(lease)
    }

    /// Leases the open database of a tenant in any state. It fails while another operation holds the maintenance lock.
    pub(crate) async fn lease_unchecked(&self, tenant: &Arc<Tenant>) -> Result<Lease, Error> {
        let lease = self.pool.lease(tenant, self.now()).await?;
        tenant.is_free()?;
        Ok(lease)
    }

    /// The time in Unix milliseconds, for new ids.
    pub(crate) fn millis(&self) -> u64 {
        self.now().as_millisecond().unsigned_abs()
    }

    /// Returns random bytes that cannot be guessed.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}
