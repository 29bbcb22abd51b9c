//! `Lot`: one of the six lots of the logo (`mark.rs`). A workspace's lot and hue are derived from the tenant's id, so that
//! users recognise the workspace at a glance.

use domain::TenantId;

/// One of the six lots, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot(u8);

impl Lot {
    /// Freehold's own lot.
    pub const FREEHOLD: Self = Self::numbered(5);

    /// The lot with this number, counted from 1. For drawings that belong to no tenant.
    pub const fn numbered(number: u8) -> Self {
        Self((number - 1) % 6)
    }

    /// The lot of a tenant. It is taken from a different random byte than the hue.
    pub fn of(tenant: TenantId) -> Self {
        Self(tenant.as_bytes()[14] % 6)
    }

    /// The lot's index in a drawing, counted from 0.
    pub fn index(self) -> u8 {
        self.0
    }
}
