//! `Visitor`: a request for a tenant. It says which tenant is asked, and not who asks. A visitor may show a token or sign in
//! (`sign_in.rs`), and nothing else.

use std::{net::IpAddr, sync::Arc};

use domain::{BaseUrl, DisplayName, Hue, TenantId, TenantName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Backend,
    fleet::tenants::{Record, Tenant},
};

/// A request for a tenant, by anyone. Clones are cheap.
#[derive(Clone)]
pub struct Visitor {
    pub(crate) backend: Backend,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) record: Arc<Record>,
}

/// The client that sent a request. A session keeps it.
#[derive(Debug, Clone)]
pub struct Client {
    /// The peer's address, or the one that a trusted proxy names.
    pub address: IpAddr,
    /// Its `User-Agent`.
    pub user_agent: String,
    /// A browser or a program.
    pub kind: ClientKind,
}

/// A browser or a program. It decides how long a session lasts. A token is good for the kind of client that it was issued to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// A person's browser: 7 days idle, 30 days in all.
    Browser,
    /// A program: one hour.
    Api,
}

impl Visitor {
    pub(crate) fn new(backend: Backend, tenant: Arc<Tenant>) -> Self {
        let record = tenant.record();
        Self { backend, tenant, record }
    }

    /// The tenant's id.
    pub fn id(&self) -> TenantId {
        self.tenant.id
    }

    /// The tenant's name, as used in hosts and headers.
    pub fn name(&self) -> &TenantName {
        &self.record.name
    }

    /// The tenant's display name.
    pub fn display_name(&self) -> &DisplayName {
        &self.record.display_name
    }

    /// The hue of the tenant's parcel.
    pub fn hue(&self) -> Hue {
        Hue::of(self.tenant.id)
    }

    /// The time now, by the backend's clock.
    pub fn now(&self) -> Timestamp {
        self.backend.now()
    }

    /// The base URL of this Freehold.
    pub fn base_url(&self) -> &BaseUrl {
        self.backend.base_url()
    }

    /// The origin of the tenant's pages.
    pub fn url(&self) -> String {
        self.base_url().tenant(self.name())
    }

    /// The key for private cookies of this tenant's pages.
    pub fn flash_key(&self) -> [u8; 64] {
        self.backend.flash_key(Some(self))
    }

    /// The host and port of the tenant's pages.
    pub fn authority(&self) -> String {
        self.base_url().tenant_authority(self.name())
    }

    /// When the tenant was signed up.
    pub fn created_at(&self) -> Timestamp {
        self.tenant.created_at
    }
}

impl ClientKind {
    /// The name of the kind in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }
}
