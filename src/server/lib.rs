//! The wire of Freehold: HTTP and the command line. Requests come in at `server`, pass `http::router`'s layers, and end in one
//! call of `backend` or one page of `app`; commands come in at `cli` and become the operator's operations.
//! No rule about tenants, users or sessions is decided here; only who asks for what, and in which words it is answered.

#![recursion_limit = "256"] // the types of layered services and pages nest deeper than the default of 128

mod cli;
mod config;
mod http;
mod log;
mod server;

pub use cli::{Cli, Exit};
pub use config::{Config, StorageConfig};
pub use server::{Server, StartError};
