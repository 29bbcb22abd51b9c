//! The pages of the base host, where there is no workspace yet.

pub mod deleted;
pub mod find;
pub mod home;
mod picture;
pub mod sign_up;
