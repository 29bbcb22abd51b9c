//! One file for each page, with the server functions that its forms post to.

pub mod account;
pub mod dashboard;
pub mod find;
pub mod home;
pub mod problem;
pub mod sign_in;
pub mod sign_up;
