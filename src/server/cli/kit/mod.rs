//! What commands share: the data folder and the operator's operations, many workspaces at once, confirmation, passwords,
//! values of flags, and printing.

pub(super) mod batch;
pub(super) mod confirm;
pub(super) mod operator_client;
pub(super) mod password;
pub(super) mod print;
pub(super) mod table;
pub(super) mod values;
