//! Freehold over HTTP and on the command line. Requests arrive at `server`, pass the layers of `http::router`, and end in one
//! call of `backend` or one page of `app`. Commands arrive at `cli` and become operations of the operator. This crate has no
//! rule about tenants, users or sessions. It decides only who sends a request, what it asks for, and how the answer is written.

#![recursion_limit = "256"] // the nested types of layers and pages exceed the default of 128

mod cli;
mod config;
mod http;
mod log;
mod server;

pub use cli::{Cli, Exit};
pub use config::{Config, StorageConfig};
pub use server::{Server, StartError};
