//! The fleet: what is done to tenants as a whole. Each is a row of steps, of which each is in the catalog before it is done;
//! `tidy.rs` finishes or takes back, at the next start, what a crash broke off, and `left.rs` later what its storage did not
//! do then.

mod backup;
mod copies;
mod delete;
mod doctor;
mod download;
mod drill;
mod end;
mod export;
mod import;
mod left;
mod moving;
mod operations;
mod restore;
mod rows;
mod schedule;
mod spares;
mod state;
mod tidy;

pub use download::{Copying, Download, Downloads};
pub(crate) use left::{Leftover, Leftovers};
pub use schedule::{Every, InvalidEvery, Schedule};
