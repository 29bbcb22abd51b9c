//! Shared parts of the commands: the data folder and its operations, operations on many workspaces, confirmation, passwords,
//! values of flags, and output.

pub(super) mod batch;
pub(super) mod confirm;
pub(super) mod operator_client;
pub(super) mod password;
pub(super) mod print;
pub(super) mod table;
pub(super) mod values;
