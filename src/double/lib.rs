//! Doubles of the services that Freehold talks to, for tests only. Each has its own port on loopback. They answer as the real
//! services do, record their requests, and fail when told to. The shipped program does not depend on this crate.
//!
//! [`LibsqlServer`] is libsql-server 0.24.33 (Hrana and the admin API) over real libSQL files. With [`Naming::Host`] it is also
//! the server behind Turso's host names. The hooks of [`turso`] then create and delete its [`Databases`]. [`Proxy`] is a slow
//! connection. Both run on their own threads, so that a test that blocks cannot stop the server that it waits for.

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
