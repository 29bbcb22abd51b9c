//! Doubles of servers that Freehold stores tenants on, for tests: they speak the servers' own wire over real HTTP on
//! loopback, keep real libSQL files behind it, and fail when a test tells them to.
//!
//! [`LibsqlServer`] stands in for libsql-server (its Hrana endpoints and its admin API), [`Proxy`] for a slow line. What a
//! double answers is what libsql-server 0.24.33 answers: status, body and error code. Each runs on threads of its own, so that
//! a test that blocks cannot stop the server that it waits for.

mod access;
mod admin;
mod config;
mod connection;
mod data_plane;
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
mod wire;

pub use data_plane::Naming;
pub use faults::{Fault, Faults, Scope};
pub use libsql_server::{LibsqlServer, Options};
pub use proxy::Proxy;
pub use sockets::Sockets;
