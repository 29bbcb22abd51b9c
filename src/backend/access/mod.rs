//! Access: which tenant a request asks, how a user signs in, what a session is worth, and the roles that grant operations.

pub(crate) mod attempts;
pub(crate) mod roles;
pub(crate) mod session;
mod sessions;
pub(crate) mod sign_in;
pub(crate) mod user_agent;
pub(crate) mod visitor;
