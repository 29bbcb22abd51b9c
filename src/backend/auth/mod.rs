//! Authentication's tools: secrets and the tokens they sign, password hashing and its queue, rules for new passwords, rate
//! limits. Nothing here reads a database.

pub(crate) mod account_limit;
mod argon;
pub(crate) mod cursor;
pub(crate) mod fair_queue;
pub(crate) mod hasher;
pub(crate) mod new_password;
pub(crate) mod one_time_display;
pub(crate) mod password_spellings;
pub(crate) mod rate_limit;
pub(crate) mod request_ids;
pub(crate) mod secrets;
pub(crate) mod token;
