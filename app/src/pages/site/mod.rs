//! The pages of the base host, which belong to no workspace.

pub mod deleted;
pub mod find;
pub mod home;
mod picture;
pub mod sign_up;
