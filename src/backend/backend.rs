//! `Backend`: one Freehold, opened. Holds the folder's lock, the catalog, the keys, the pool of open databases and the
//! limits; gives a `Visitor` for the tenant that is asked.

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

/// One Freehold. Clones are the same one.
#[derive(Clone)]
pub struct Backend(Arc<Inner>);

/// What the clones share; nobody outside can name it or reach into it.
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
    /// Passwords set for others.
    pub(crate) passwords_set: Limit<TenantId>,
    pub(crate) one_time_display: OneTimeDisplay,
    /// A place for each download that may be under way.
    pub(crate) downloads: Arc<Semaphore>,
    pub(crate) request_ids: RequestIds,
    pub(crate) pool: Arc<Pool>,
    pub(crate) cleanup: CleanupQueue,
    /// Read by whatever goes on when its request is over, and must be done before everything is closed.
    pub(crate) lasting: Arc<tokio::sync::RwLock<()>>,
    /// Last, so that its lock goes when everything else is closed.
    pub(crate) folder: DataFolder,
}

/// Why a data folder could not be opened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process serves it.
    #[error("{} is in use by another freehold: stop it first, or give this one another --data folder", folder.display())]
    Locked {
        /// The data folder.
        folder: PathBuf,
    },
    /// It cannot be made or used.
    #[error("the data folder {} cannot be used: {source}", folder.display())]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Everybody may write in it, and so put a secret or a database of their own there.
    #[error("the data folder {0} may be written by everybody: run `chmod o-w {0}`", folder.display())]
    Writable {
        /// The data folder.
        folder: PathBuf,
    },
    /// The catalog is lost or cannot be used; what puts it right.
    #[error("{0}")]
    Catalog(String),
    /// The master secrets cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The storage of databases cannot be opened.
    #[error("{what} cannot be opened: {why}")]
    Storage {
        /// Which.
        what: &'static str,
        /// The chain of reasons.
        why: String,
    },
    /// Threads for password hashing could not be started.
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
    /// Opens the data folder: takes its lock, migrates the catalog, removes what a crash left half made. Whoever opens
    /// it owns it, and is its operator.
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

    /// Whoever stands at the door of the tenant of this name.
    pub fn visit(&self, name: &TenantName) -> Result<Visitor, Error> {
        let tenant = self.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        tenant.ensure_open()?;
        Ok(Visitor::new(self.clone(), tenant))
    }

    /// Whether a new workspace could have this name now.
    pub fn ensure_name_is_free(&self, name: &TenantName) -> Result<(), Error> {
        if self.settings.reserved.contains(name) {
            return Err(Fields::one("tenant", "This name is reserved. Choose another.").into());
        }
        let is_kept = || self.catalog.kept_until(name, None, self.now()).is_some();
        if self.catalog.by_name(name).is_some() || is_kept() { Err(taken()) } else { Ok(()) }
    }

    /// Counts a name that somebody looks up: whether it is taken, or where it leads.
    pub fn may_look_up(&self, client: &Client) -> Result<(), Error> {
        self.lookups.check(client.address)
    }

    /// Where this Freehold is reached.
    pub fn base_url(&self) -> &BaseUrl {
        &self.settings.base_url
    }

    /// Who may sign a workspace up.
    pub fn sign_up_policy(&self) -> SignUpPolicy {
        self.settings.sign_up
    }

    /// The time now, by this backend's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether requests can be answered: the catalog is there, and the disk has room to write.
    pub fn ready(&self) -> Result<(), Error> {
        self.folder.has_room()?;
        Ok(self.catalog.answers()?)
    }

    /// Closes every tenant's database: when the last request is over, and what it left to be done.
    pub async fn close(&self) {
        let _all_done = self.lasting.write().await;
        self.pool.close_all().await;
    }

    /// Names a request, for its log lines and its answer.
    pub fn new_request_id(&self) -> String {
        self.request_ids.next(self.millis(), &*self.random).to_string()
    }

    /// A number used once, for a page's content security policy.
    pub fn nonce(&self) -> String {
        data_encoding::BASE64URL_NOPAD.encode(&self.random::<16>())
    }

    /// The key for private cookies of a tenant's pages, or of the base host's.
    pub fn flash_key(&self, tenant: Option<&Visitor>) -> [u8; 64] {
        self.secrets.key(Purpose::Flash, tenant.map(Visitor::id), 1)
    }

    /// What a token says, if the key that it names signed it. Opens no database.
    pub(crate) fn verify(&self, token: &Token<'_>) -> Result<Claims, Error> {
        let key = token.key()?;
        let tenant = self.catalog.by_id(key.tenant).ok_or(Error::Unauthenticated("the token's key is unknown"))?;
        let record = tenant.record();
        if record.key_epoch != key.epoch {
            return Err(Error::Unauthenticated("the token's key is of another epoch"));
        }
        record.keys(tenant.id, &self.secrets).verify(token, self.now())
    }

    /// The open database of a tenant that may be used.
    pub(crate) async fn lease(&self, tenant: &Arc<Tenant>) -> Result<Lease, Error> {
        let lease = self.lease_unchecked(tenant).await?;
        tenant.ensure_open()?; // again: it may have been suspended while this waited
        Ok(lease)
    }

    /// The open database of a tenant in whatever state, unless it is held.
    pub(crate) async fn lease_unchecked(&self, tenant: &Arc<Tenant>) -> Result<Lease, Error> {
        let lease = self.pool.lease(tenant, self.now()).await?;
        tenant.is_free()?;
        Ok(lease)
    }

    /// Unix milliseconds, for new ids.
    pub(crate) fn millis(&self) -> u64 {
        self.now().as_millisecond().unsigned_abs()
    }

    /// Bytes that nobody can guess.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}
