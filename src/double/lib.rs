//! Stand-ins of the services that Freehold talks to, each on a port of its own on loopback, for tests alone. They answer as
//! the real ones do, remember what they were asked, and fail when told to. Nothing that is shipped depends on this crate.

pub mod turso;
