//! Tenants: their state, the pool of open databases, leases on them, and the maintenance lock.

mod delete;
pub(crate) mod opening;
pub(crate) mod pool;
mod state;
mod tenant;

pub(crate) use tenant::*;
