//! Hrana 3 over HTTP, as libsql-server speaks it: streams with their batons, and the programs that run on them. Sockets and
//! tokens are in `data_plane.rs`.

mod args;
mod cursor;
mod failure;
mod job;
mod pipeline;
mod program;
mod requests;
mod results;
mod sql;
mod streams;

pub(crate) use args::Args;
pub(crate) use cursor::cursor;
pub(crate) use failure::Failure;
pub(crate) use job::{Asked, Jobs};
pub(crate) use pipeline::pipeline;
pub(crate) use results::Results;
pub(crate) use sql::{Kind, Statement};
pub(crate) use streams::Streams;
