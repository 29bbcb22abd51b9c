//! Stand-ins of the services that Freehold talks to, each on a port of its own on loopback, for tests alone. They answer as
//! the real ones do, remember what they were asked, and fail when told to. Nothing that is shipped depends on this crate.
//!
//! [`LibsqlServer`] is libsql-server 0.24.33 (Hrana and the admin API) over real libSQL files; with [`Naming::Host`], and
//! [`Databases`] that the hooks of [`turso`] make and delete, it is also what is behind Turso's hostnames. [`Proxy`] is a slow
//! line. Both run on threads of their own, so that a test that blocks cannot stop the server that it waits for.

mod access;
mod admin;
mod config;
mod connection;
mod data_plane;
mod databases;
mod engine;
mod faults;
mod hrana;
mod jwt;
mod libsql_server;
mod proxy;
mod refusal;
mod sockets;
mod store;
mod torn;
pub mod turso;
mod wire;

pub use data_plane::Naming;
pub use databases::Databases;
pub use faults::{Fault, Faults, Scope};
pub use libsql_server::{LibsqlServer, Options};
pub use proxy::Proxy;
pub use sockets::Sockets;
