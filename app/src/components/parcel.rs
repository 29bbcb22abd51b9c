//! The six lots of the mark (`mark.rs`), one of which is the workspace's. Lot and hue follow from the tenant's id, so that a
//! person sees at a glance where they are.

use domain::TenantId;

/// One of the six lots, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot(u8);

impl Lot {
    /// Freehold's own.
    pub const FREEHOLD: Self = Self::numbered(5);

    /// One that is drawn, not owned.
    pub const fn numbered(number: u8) -> Self {
        Self((number - 1) % 6)
    }

    /// A tenant's; from another random byte than its hue.
    pub fn of(tenant: TenantId) -> Self {
        Self(tenant.as_bytes()[14] % 6)
    }

    /// Its place in a drawing, counted from 0.
    pub fn index(self) -> u8 {
        self.0
    }
}
