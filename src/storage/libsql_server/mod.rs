//! libsql-server: the namespaces, one for each tenant, the admin API that creates and deletes them, and the tokens that open
//! one of them. Statements go over `hrana`.

mod admin;
mod minter;
mod namespace;
mod store;
#[cfg(test)]
pub(super) mod tests;

#[cfg(test)]
pub(super) use self::admin::Config;
pub(super) use self::admin::{Admin, Stats};
pub(crate) use self::{
    minter::{Minted, Minter},
    namespace::Namespace,
    store::LibsqlServer,
};
