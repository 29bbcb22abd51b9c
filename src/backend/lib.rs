//! The state of Freehold: its tenants, their databases, their users and sessions, and the operations on them. An operation is a
//! method of the type that grants it: `Backend` (anyone), `Visitor` (anyone who sends a request to a tenant), `Session` and
//! `Member` (a valid token), `Admin` and `Owner` (their role), `Operator` (the process that opened the data folder). There is
//! no other way in. This crate knows no HTTP, no HTML and no command line.

mod access;
mod auth;
mod backend;
mod error;
mod events;
mod fleet;
mod operator;
mod schema;
mod settings;
mod tables;
mod users;
mod workspace;

pub use access::{
    roles::{Admin, Owner},
    session::{Member, Session},
    visitor::{Client, ClientKind, Visitor},
};
pub use auth::rate_limit::subscriber;
pub use backend::{Backend, OpenError};
pub use error::Error;
pub use events::cut;
pub use fleet::{
    backup::{Every, InvalidEvery, InvalidRetention, Retention, Schedule},
    catalog::QUARANTINE,
    crash_points::{CrashPoint, CrashPoints},
    data_folder::socket_path,
    databases::download::{Copying, Download, Downloads},
    recovery::catalog::{RestoredCatalog, make_secret, restore_catalog},
};
pub use operator::{Operation, Operator, Outcome, socket as operator_socket};
pub use settings::{InvalidRate, InvalidSignUpPolicy, Rate, Settings, SignUpPolicy};
pub use storage::{Ambient, Clock, LibsqlServerSettings, Random, StorageSettings, TursoSettings};
pub use users::People;
pub use workspace::{Workspace, sign_up::NewWorkspace};
