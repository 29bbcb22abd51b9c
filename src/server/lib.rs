//! The wire of Freehold: HTTP and the command line. Requests come in at `serve`, pass `router`'s layers, and end in one
//! call of `backend` or one page of `app`; commands come in at `cli` and become the operator's operations.
//! No rule about tenants, users or sessions is decided here; only who asks for what, and in which words it is answered.

#![recursion_limit = "256"] // the types of layered services and pages nest deeper than the default of 128

mod activity;
mod api;
mod area;
mod assets;
mod auth;
mod cli;
mod client;
mod compression;
mod config;
mod connections;
mod cross_site;
mod download;
mod events;
mod field_errors;
mod headers;
mod health;
mod host;
mod json;
mod log;
mod log_line;
mod log_writer;
mod once;
mod pages;
mod patient;
mod places;
mod problem;
mod router;
mod serve;
mod storage_config;
mod tenancy;
mod trace;
mod welcome;
mod workspace;

pub use cli::{Cli, Exit};
pub use config::Config;
pub use serve::{Server, StartError};
pub use storage_config::StorageConfig;
