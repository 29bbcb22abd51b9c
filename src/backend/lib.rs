//! The state of Freehold: its tenants, their databases, their users and sessions, and the operations on them.
//! An operation is a method of the value that grants it: `Backend` (anyone), `Visitor` (anyone at a tenant's door),
//! `Session` and `Member` (a valid token), `Admin` and `Owner` (their role), `Operator` (whoever opened the data folder). There is no other way in.
//! Nothing here knows HTTP, HTML or a command line.

mod accounts;
mod activity;
mod ambient;
mod argon;
mod attempts;
mod authority;
mod backend;
mod backup;
mod catalog;
mod colleagues;
mod cursor;
mod data_folder;
mod device;
mod door;
mod error;
mod events;
mod fair_queue;
mod fleet;
mod hasher;
mod limits;
mod new_password;
mod opening;
mod operation;
mod operator;
pub mod operator_socket;
mod overview;
mod own_sessions;
mod password_spellings;
mod people;
mod pool;
mod recovery;
mod request_ids;
mod search;
mod secrets;
mod session;
mod settings;
mod shown_once;
mod sign_in;
mod sign_up;
mod start;
mod steps;
mod storage;
mod tenant;
mod token;
mod user;
mod workspace;

pub use ambient::{Ambient, Clock, Random};
pub use authority::{Admin, Owner};
pub use backend::{Backend, OpenError};
pub use backup::{InvalidRetention, Retention};
pub use catalog::QUARANTINE;
pub use data_folder::socket_path;
pub use door::{Client, Door, Visitor};
pub use error::Error;
pub use events::cut;
pub use fleet::{Copying, Download, Downloads, Every, InvalidEvery, Schedule};
pub use limits::subscriber;
pub use operation::{Operation, Outcome};
pub use operator::Operator;
pub use people::People;
pub use recovery::{RestoredCatalog, make_secret, restore_catalog};
pub use session::{Member, Session};
pub use settings::{
    InvalidRate, InvalidSignUpPolicy, LibsqlServerSettings, Rate, Settings, SignUpPolicy, TursoSettings,
};
pub use sign_up::NewWorkspace;
pub use steps::{Step, Steps};
pub use workspace::Workspace;
