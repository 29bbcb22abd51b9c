//! Turso's Platform API. The databases of Turso Cloud are created, found, configured and deleted here, and the tokens that open
//! them come from here. It takes names and settings, and returns host names, tokens and `StorageError`s. The content of a
//! database is read and written in `hrana`.

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
