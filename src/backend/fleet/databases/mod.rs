//! A tenant's database as a whole: copied, moved to another storage, downloaded, exported, imported, made in advance.

pub(crate) mod copies;
pub(crate) mod download;
mod export;
mod import;
mod moving;
pub(crate) mod rows;
mod spares;
