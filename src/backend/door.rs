//! `Visitor`: somebody at a tenant's door. Says which tenant is asked, and nothing about who asks; what anyone may do
//! there is to show a token or to sign in (`sign_in.rs`).

use std::{net::IpAddr, sync::Arc};

use domain::{BaseUrl, DisplayName, Hue, TenantId, TenantName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Backend,
    tenant::{Record, Tenant},
};

/// Somebody at a tenant's door. Clones are cheap.
#[derive(Clone)]
pub struct Visitor {
    pub(crate) backend: Backend,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) record: Arc<Record>,
}

/// Where a request came from: kept with the session that it begins.
#[derive(Debug, Clone)]
pub struct Client {
    /// The peer, or what a trusted proxy says of it.
    pub address: IpAddr,
    /// What it calls itself.
    pub user_agent: String,
    /// By which door it came.
    pub door: Door,
}

/// By which door one comes in; decides how long a session lasts. A token opens the door that it was given at, and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
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

    /// The tenant's name in hosts and headers.
    pub fn name(&self) -> &TenantName {
        &self.record.name
    }

    /// The tenant's name for people.
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

    /// Where this Freehold is reached.
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

impl Door {
    /// The word for it in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Api => "api",
        }
    }
}
