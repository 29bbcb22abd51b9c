//! Turso's Platform API: where the databases of Turso Cloud are made, found, configured and deleted, and where the tokens
//! that open them come from. Names and settings come in; hostnames, tokens and `StorageError`s go out. What is in a
//! database is read and written over Hrana, elsewhere.

mod api;
mod backoff;
mod dto;
mod http;
mod ready;
mod spares;
mod store;
mod tokens;

#[cfg(test)]
mod tests;

use api::{Account, Api};
#[cfg(test)]
use dto::Database;
use dto::{Configuration, Usage};
use ready::await_ready;
pub use spares::Spares;
pub(crate) use store::Turso;
pub(crate) use tokens::Tokens;
