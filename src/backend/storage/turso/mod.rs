//! Turso's Platform API: where the databases of Turso Cloud are made, found, configured and deleted, and where the tokens
//! that open them come from. Names and settings come in; hostnames, tokens and `StorageError`s go out. What is in a
//! database is read and written over Hrana, elsewhere.

mod api;
mod backoff;
mod ready;
mod shapes;
mod spares;
mod tokens;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use api::{Account, Api};
pub(crate) use ready::await_ready;
pub(crate) use shapes::{Configuration, Database, Usage};
pub(crate) use spares::{ReadyPool, Spare};
pub(crate) use tokens::Tokens;
